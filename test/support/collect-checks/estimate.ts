import { join } from "node:path";
import { PRESETS } from "../../../src/llm/index.ts";
import { seededRandom } from "../../../src/util/index.ts";
import { additions, collectFrom, somePrompts } from "../collect-fixture.ts";
import { SCRIPTED_PRICE, startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, Violations } from "./check.ts";

const MAX_ERROR = 0.05;

/** Compares the estimate that is revised after 20 calls with what a metered endpoint bills for the rest. */
export async function checkEstimate(size: {
  readonly runs: number;
  readonly folder: string;
}): Promise<CheckReport> {
  const violations = new Violations();
  let largest = 0;
  for (let seed = 0; seed < size.runs; seed++) {
    const random = seededRandom(seed);
    // Prompts differ in how long they make the model write.
    const usual = [0, 1, 2].map(() => 10 + random.nextInteger(120));
    const bytesPerToken = 3 + random.next();
    const endpoint = await startScriptedChatEndpoint({
      answer: ({ messages }) => {
        const text = messages.at(-1)!.content;
        return {
          text: "0",
          inputTokens: Math.ceil(Buffer.byteLength(text) / bytesPerToken) + 11,
          outputTokens: usual[Number(/^Way (\d)/.exec(text)![1])]! + random.nextInteger(5),
        };
      },
    });
    try {
      let billedThen = 0;
      const { revisedEstimate } = await collectFrom(endpoint.baseUrl, join(size.folder, `metered-${seed}`), {
        price: SCRIPTED_PRICE,
        settings: { ...PRESETS.plain, sampling: { maxTokens: 200 } },
        queries: additions(100),
        prompts: somePrompts(3),
        onProgress: (_stage, done) => {
          if (done === 20) billedThen = endpoint.billed;
        },
        concurrency: 1,
      });
      const rest = endpoint.billed - billedThen;
      const { afterCalls, calls, cost = Number.NaN } = revisedEstimate ?? { afterCalls: 0, calls: 0 };
      violations.require(afterCalls === 20 && calls === 280, `revised after ${afterCalls}, ${calls} ahead`);
      const error = Math.abs(cost - rest) / rest;
      largest = Math.max(largest, error);
      violations.require(error <= MAX_ERROR, `seed ${seed}: estimated ${cost}, billed ${rest}`);
    } finally {
      await endpoint.close();
    }
  }
  return {
    name: "estimate",
    done: `${size.runs} collections of 300 calls, the rest estimated after 20, billed by a metered endpoint`,
    found: `largest error ${(100 * largest).toFixed(2)} %`,
    figures: { runs: size.runs, largestError: largest },
    violations: violations.list,
  };
}
