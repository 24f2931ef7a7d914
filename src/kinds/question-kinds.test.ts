import { describe, expect, it } from "vitest";
import { createEmbedder, embedTexts } from "../embed/index.ts";
import { ShapeError } from "../errors.ts";
import { seededRandom } from "../util/index.ts";
import { groupQuestions, type QuestionKindsInput } from "./question-kinds.ts";

/**
 * Two kinds of question: on sums prompt 0 succeeds in .8 and prompt 1 in .4, on prices the other way round. Prompt 2
 * always fails.
 */
async function planted(count: number): Promise<QuestionKindsInput> {
  const random = seededRandom(3);
  const things = ["apples", "pens", "cards", "shells", "books"];
  const sums = (): string =>
    `There are ${10 + random.nextInteger(80)} ${things[random.nextInteger(5)]} in the box and ${10 + random.nextInteger(80)} on the table. How many are there now in total?`;
  const prices = (): string =>
    `A shop sold some ${things[random.nextInteger(5)]} for $ ${random.nextInteger(9)}.${10 + random.nextInteger(80)}. How much money did the shop earn that day?`;
  const texts = Array.from({ length: count }, (_, index) => (index % 3 === 0 ? prices() : sums()));
  const successes = new Float64Array(count * 3);
  const trials = new Float64Array(count * 3).fill(1);
  for (let query = 0; query < count; query++) {
    const rates = query % 3 === 0 ? [0.4, 0.8] : [0.8, 0.4];
    rates.forEach((rate, prompt) => {
      successes[query * 3 + prompt] = random.next() < rate ? 1 : 0;
    });
    trials[query * 3 + 2] = query % 2;
  }
  const fitted = await createEmbedder("form-tf").fit(texts);
  return {
    features: await embedTexts(fitted, texts),
    texts,
    rewards: { queries: count, prompts: 3, successes, trials },
    promptIds: ["plain", "steps", "bad"],
    fixedColumn: 0,
    clusters: Int32Array.from({ length: count }, (_, index) => index),
    seed: 7,
  };
}

describe("groupQuestions", () => {
  it("finds planted kinds, their winners, and the paired advantage of each as it is in the data", async () => {
    const input = await planted(90);
    const { kinds, kindOfQuestion } = groupQuestions(input);
    for (const [kind, { questions }] of kinds.entries())
      expect(kindOfQuestion.filter((each) => each === kind)).toHaveLength(questions);
    const prices = kinds.filter((kind) => kind.bestPromptId === "steps");
    const sums = kinds.filter((kind) => kind.bestPromptId === "plain");
    expect(prices.length).toBeGreaterThan(0);
    expect(sums.length).toBeGreaterThan(0);
    for (const kind of prices) {
      expect(kind.examples.every((example) => example.includes("shop"))).toBe(true);
      const [plain, steps] = kind.promptSuccess;
      expect(kind.advantage).toBeCloseTo(steps! - plain!, 10);
      expect(kind.advantageCi95[0]).toBeLessThanOrEqual(kind.advantage);
      expect(kind.advantageCi95[1]).toBeGreaterThanOrEqual(kind.advantage);
    }
    for (const kind of sums) {
      expect(kind.examples.every((example) => example.includes("box"))).toBe(true);
      expect([kind.advantage, ...kind.advantageCi95]).toEqual([0, 0, 0]);
    }
    expect(kinds.map((kind) => kind.questions)).toEqual(
      kinds.map((kind) => kind.questions).sort((one, other) => other - one),
    );
    expect(kinds.every((kind) => kind.promptSuccess[2] === 0)).toBe(true);
  });

  it("is the same every time", async () => {
    const input = await planted(60);
    expect(groupQuestions(input)).toEqual(groupQuestions(input));
  });

  it("tells no kinds apart in a small log", async () => {
    expect(groupQuestions(await planted(49)).kinds).toEqual([]);
  });

  it("keeps the fixed prompt where all others are worse or untried", async () => {
    const input = await planted(60);
    const trials = input.rewards.trials.map((value, pair) => (pair % 3 === 1 ? 0 : value));
    const { kinds } = groupQuestions({ ...input, rewards: { ...input.rewards, trials } });
    expect(kinds.length).toBeGreaterThan(0);
    for (const kind of kinds) {
      expect(kind.bestPromptId).toBe("plain");
      expect(kind.promptSuccess[1]).toBeNull();
    }
  });

  it("says which sizes disagree", async () => {
    const input = await planted(60);
    expect(() => groupQuestions({ ...input, texts: input.texts.slice(1) })).toThrow(ShapeError);
    expect(() => groupQuestions({ ...input, fixedColumn: 3 })).toThrow("fixedColumn 3 does not exist");
    expect(() => groupQuestions({ ...input, promptIds: ["one"] })).toThrow("must name 3 columns, found 1");
  });
});
