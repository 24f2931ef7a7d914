import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  additions,
  collectFrom,
  readInteractions,
  scratchFolder,
  somePrompts,
} from "../../../test/support/collect-fixture.ts";
import { failingDisk } from "../../../test/support/failing-line-file.ts";
import {
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { LlmError } from "../../errors.ts";
import { seededRandom } from "../../util/index.ts";
import { PRESETS } from "../prompting/prompt-settings.ts";

const RUNS = 20;
const CONCURRENCY = 64;
const MAX_TOKENS = 100;
const SETTINGS = { ...PRESETS.plain, sampling: { maxTokens: MAX_TOKENS } };
const PRICED = { price: SCRIPTED_PRICE, settings: SETTINGS } as const;

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

test(`${RUNS} random runs, with faults that are billed and crashes among them, never pass their limit`, async () => {
  let stopped = 0;
  let crashed = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const random = seededRandom(seed);
    const target = join(folder.path, `run-${seed}`);
    const own = await startScriptedChatEndpoint();
    const faults = [
      FAULTS.truncate,
      FAULTS.garbage,
      FAULTS.empty,
      FAULTS.reset,
      FAULTS.status(500),
      FAULTS.status(504),
    ];
    const free = [FAULTS.rateLimit("0"), FAULTS.status(503)];
    own.script = {
      answer: () => ({
        text: "2",
        // Anything up to what a tokeniser and the limit of the answer can make of it.
        inputTokens: 20 + random.nextInteger(100),
        outputTokens: random.next() < 0.2 ? MAX_TOKENS : random.nextInteger(MAX_TOKENS + 1),
      }),
      fault: () => (random.next() < 0.15 ? [...faults, ...free][random.nextInteger(8)] : undefined),
      bills: (fault) => faults.includes(fault),
      delayMs: () => random.nextInteger(8),
    };
    // One call costs about $0.00017, at most $0.0006: from a few calls to all of them.
    const maxCost = 0.0005 + random.next() ** 2 * 0.012;
    const sessions = 1 + random.nextInteger(3);
    for (let session = 0; session < sessions; session++) {
      const isCrash = session < sessions - 1;
      const disk = failingDisk({
        at: isCrash ? random.nextInteger(40) : Number.POSITIVE_INFINITY,
        code: "EIO",
        tears: random.next() < 0.5,
      });
      const work = collectFrom(own.baseUrl, target, {
        ...PRICED,
        queries: additions(40),
        prompts: somePrompts(4),
        maxCost,
        concurrency: CONCURRENCY,
        failuresToStop: 1000,
        openLogFile: disk.open,
      });
      const summary = await work.catch(() => undefined);
      if (summary === undefined) crashed++;
      else if (summary.ended === "max-cost") stopped++;
      // Also what is still on its way is billed.
      await new Promise((wake) => setTimeout(wake, 15));
      expect(own.billed, `seed ${seed}, session ${session}`).toBeLessThanOrEqual(maxCost);
      if (summary?.cost !== undefined) {
        const accounted = summary.cost + (summary.possibleCost ?? 0);
        expect(accounted).toBeGreaterThanOrEqual(own.billed - 1e-9);
        expect(accounted).toBeLessThanOrEqual(maxCost);
      }
    }
    await own.close();
  }
  // Limits that never bite and crashes that never come would test nothing.
  expect(stopped).toBeGreaterThan(2);
  expect(crashed).toBeGreaterThan(2);
});

test("a limit that is reached ends the collection well, and a higher one goes on", async () => {
  const first = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.0008, concurrency: 2 });
  expect(first.ended).toBe("max-cost");
  expect(first.calls.answered).toBeGreaterThan(3);
  expect(first.calls.remaining).toBe(20 - first.calls.answered);
  expect(first.cost).toBeCloseTo(endpoint.billed, 12);
  const second = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1 });
  expect(second).toMatchObject({ ended: "complete", interactions: 20, possibleCost: 0 });
  expect(second.cost).toBeCloseTo(endpoint.billed, 12);
});

test("a limit below one call sends none", async () => {
  const summary = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.0001 });
  expect(summary).toMatchObject({
    ended: "max-cost",
    interactions: 0,
    calls: { attempts: 0, remaining: 20 },
  });
  expect(endpoint.requests).toHaveLength(0);
});

test("a bill above its reservation keeps the answer and ends the sending", async () => {
  endpoint.script = { answer: () => ({ text: "0", inputTokens: 10, outputTokens: 5000 }) };
  const work = collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1, concurrency: 1 });
  await expect(work).rejects.toThrow(/was billed 10 tokens of input and 5000 of output, more than the most/);
  await expect(collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1 })).rejects.toBeInstanceOf(
    LlmError,
  );
  expect(endpoint.requests.length).toBeLessThanOrEqual(1 + 8);
  expect(await readInteractions(run)).toHaveLength(endpoint.requests.length);
});

test("max_tokens is what the endpoint is told, and what the reservation rests on", async () => {
  await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1 });
  expect(endpoint.requests.map(({ maxTokens }) => maxTokens)).toEqual(new Array(20).fill(MAX_TOKENS));
});

test("answers without a count of tokens count as the most they can cost", async () => {
  endpoint.script = {
    fault: () => (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const choices = [{ index: 0, message: { role: "assistant", content: "1" }, finish_reason: "stop" }];
      response.end(JSON.stringify({ id: "1", created: 1, model: "scripted", choices }));
    },
  };
  const summary = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.005, concurrency: 1 });
  expect(summary.ended).toBe("max-cost");
  // At most $0.0005 a call (about 300 tokens in, 100 out): ten calls fit, not more.
  expect(summary.calls.answered).toBeGreaterThanOrEqual(8);
  expect(summary.calls.answered).toBeLessThanOrEqual(11);
  expect(summary.cost).toBeLessThanOrEqual(0.005);
});

test("the estimate of the rest, revised after 20 calls, is within 5 % of what is billed", async () => {
  const random = seededRandom(3);
  endpoint.script = {
    answer: ({ messages }) => {
      const text = messages.at(-1)!.content;
      const bytes = Buffer.byteLength(text);
      // Prompts differ in how long they make the model write.
      const usual = 20 + 30 * Number(/^Way (\d)/.exec(text)![1]);
      return {
        text: "0",
        inputTokens: Math.ceil(bytes / 3.7) + 11,
        outputTokens: usual + random.nextInteger(5),
      };
    },
  };
  const options = { ...PRICED, queries: additions(100), prompts: somePrompts(3) };
  let billedThen = 0;
  const summary = await collectFrom(endpoint.baseUrl, run, {
    ...options,
    onProgress: (_stage, done) => {
      if (done === 20) billedThen = endpoint.billed;
    },
    concurrency: 1,
  });
  expect(summary.revisedEstimate).toMatchObject({ afterCalls: 20, calls: 280 });
  const rest = endpoint.billed - billedThen;
  expect(Math.abs(summary.revisedEstimate!.cost! - rest)).toBeLessThan(0.05 * rest);
});
