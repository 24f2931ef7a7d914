import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectFrom, scratchFolder, somePrompts } from "../../test/support/collect-fixture.ts";
import {
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../test/support/scripted-chat-endpoint.ts";
import { askedJudgement } from "../../test/support/scripted-judge.ts";
import { askCritic, createChatModel } from "../llm/index.ts";
import { evaluateRun } from "./evaluate-run.ts";

const QUESTIONS = 120;
const price = SCRIPTED_PRICE;
const settings = {
  fewShot: [],
  questionPosition: "before",
  separator: "",
  variables: {},
  sampling: { maxTokens: 20 },
} as const;

const THINGS = ["pears", "apples", "plums"];

/** A word of its own for each number. */
function kind(index: number): string {
  return String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26));
}

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeAll(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
});
afterAll(async () => {
  await endpoint.close();
  await folder.remove();
});

test("an LLM's verdicts on its answers are compared with the reward model, and what they take", async () => {
  // The second prompt is always wrong: a reward model learns that, and this critic never sees it.
  endpoint.script = {
    answer: ({ messages }) => {
      const [, way, one, other] = /Way (\d): .*?(\d+) \+ (\d+)/.exec(messages.at(-1)!.content)!;
      return {
        text: `It is ${Number(one) + Number(other) + Number(way)}.`,
        inputTokens: 20,
        outputTokens: 5,
      };
    },
  };
  const queries = Array.from({ length: QUESTIONS }, (_, index) => ({
    id: `q-${index}`,
    text: `How much are ${index} + ${index % 9} ${THINGS[index % 3]} of kind ${kind(index)}?`,
    answer: String(index + (index % 9)),
  }));
  const prompts = somePrompts(2);
  await collectFrom(endpoint.baseUrl, run, { queries, prompts, price, settings });
  expect((await evaluateRun(run)).selfCritic).toBeNull();

  endpoint.script = {
    answer: (request) => {
      const { sum, answers } = askedJudgement(request)!;
      return { text: `True ###${answers[0] === sum ? 0.9 : 0.6}###`, inputTokens: 50, outputTokens: 4 };
    },
  };
  const llm = await createChatModel({ model: "scripted", baseUrl: endpoint.baseUrl, environment: {} });
  await askCritic({ run, llm, price });
  const evaluated = await evaluateRun(run);
  const { selfCritic, strategies } = evaluated;
  expect(selfCritic).toMatchObject({
    pairs: 2 * evaluated.questions,
    critic: { accuracy: 0.5, precision: 0.5 },
    rewardModel: { accuracy: 1, precision: 1 },
    accuracyGain: 0.5,
    confidence: { pairs: 2 * evaluated.questions, auc: 1, withinQueryAuc: 1 },
    callsPerQuestion: 4,
    perVerdict: { calls: 240, inputTokens: 50, outputTokens: 4, latencyMs: expect.any(Number) },
    perAnswer: { calls: 240, inputTokens: null, outputTokens: null },
  });
  expect(selfCritic!.accuracyGainCi95[0]).toBeGreaterThan(0);
  expect(selfCritic!.perVerdict!.cost).toBeCloseTo(58e-6, 12);
  expect(selfCritic!.perAnswer!.cost).toBeCloseTo(30e-6, 12);
  expect(strategies.find(({ name }) => name === "confidence")?.success).toBe(1);
});
