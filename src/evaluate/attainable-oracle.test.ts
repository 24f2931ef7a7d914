import { describe, expect, test } from "vitest";
import type { RewardLog } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { attainableOracle } from "./attainable-oracle.ts";

/** Rewards as [query][repetition][prompt]; NaN where not tried. */
function makeLog(rewards: number[][][]): RewardLog {
  const entries = rewards.flatMap((repetitions, query) =>
    repetitions.flatMap((row, repetition) =>
      row.flatMap((reward, prompt) => (Number.isNaN(reward) ? [] : [{ query, repetition, prompt, reward }])),
    ),
  );
  const prompts = Math.max(...entries.map(({ prompt }) => prompt)) + 1;
  return {
    queries: rewards.map((_, query) => ({ id: `${query}`, text: `question ${query}` })),
    prompts: Array.from({ length: prompts }, (_, prompt) => ({
      id: `${prompt}`,
      promptId: `${prompt}`,
      llm: "llm",
      template: "",
      split: "training",
    })),
    inFiles: { queries: [], prompts: [] },
    llm: "test",
    length: entries.length,
    queryIndex: Int32Array.from(entries, ({ query }) => query),
    promptIndex: Int32Array.from(entries, ({ prompt }) => prompt),
    choose: "prompt",
    repetition: Int32Array.from(entries, ({ repetition }) => repetition),
    reward: Float64Array.from(entries, ({ reward }) => reward),
    part: new Uint8Array(entries.length),
    confidence: new Float64Array(entries.length).fill(Number.NaN),
    critic: new Float64Array(entries.length).fill(Number.NaN),
  };
}

/** Bernoulli rewards with the given success probabilities, [query][prompt]. */
function sampleLog(probabilities: number[][], repeats: number, seed: number): RewardLog {
  const random = seededRandom(seed);
  return makeLog(
    probabilities.map((row) =>
      Array.from({ length: repeats }, () => row.map((probability) => Number(random.next() < probability))),
    ),
  );
}

describe("attainableOracle", () => {
  test("a case by hand, with questions of different numbers of repeats", () => {
    const log = makeLog([
      // Prompt 0 means 2/3, prompt 1 means 1/3.
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      // Prompt 0 means 0, prompt 1 means 1/2.
      [
        [0, 1],
        [0, 0],
      ],
    ]);
    // Over the log: prompt 0 2/5, prompt 1 2/5, so ties go to the first.
    // Question 0, others of each row: (1,1) → 0: 1; (1,1) → 0: 1; (2,0) → 0: 0.
    // Question 1: (0,0) → 0: 0; (0,1) → 1: 0.
    expect(attainableOracle(log, [0, 1])).toEqual({
      lower: 2 / 5,
      upper: (2 + 1) / 5,
      fixedSuccess: 2 / 5,
      rows: 5,
      questions: 2,
    });
  });

  test("ties go to the prompt with the higher mean over the log", () => {
    const rewards = [
      [
        [1, 1],
        [0, 1],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    ];
    // Question 0, first row: the others tell (0, 1) → 1; second row: (1, 1) tie → prompt 1 (mean 3/4): 1 + 1.
    // Question 1: (0,0) tie → 1: 1; (0,1) → 1: 0.
    expect(attainableOracle(makeLog(rewards), [0, 1])!.lower).toBe(3 / 4);
    // The same with the prompts named in the other order.
    expect(attainableOracle(makeLog(rewards), [1, 0])!.lower).toBe(3 / 4);
  });

  test("is null without repeats, and without rows in which every prompt is labeled", () => {
    expect(attainableOracle(makeLog([[[1, 0]], [[0, 1]]]), [0, 1])).toBeNull();
    const partial = makeLog([
      [
        [1, Number.NaN],
        [Number.NaN, 1],
      ],
    ]);
    expect(attainableOracle(partial, [0, 1])).toBeNull();
    expect(attainableOracle(partial, [0])).toBeNull();
  });

  test("brackets the truth: below what is truly attainable, and above it", () => {
    const random = seededRandom(8);
    const probabilities = Array.from({ length: 400 }, () => {
      const difficulty = random.next();
      return [0, 1, 2].map(() => Math.min(1, Math.max(0, difficulty + 0.4 * (random.next() - 0.5))));
    });
    const attainable = probabilities.reduce((sum, row) => sum + Math.max(...row), 0) / probabilities.length;
    let lower = 0;
    let upper = 0;
    for (let seed = 0; seed < 10; seed++) {
      const bracket = attainableOracle(sampleLog(probabilities, 4, seed), [0, 1, 2])!;
      lower += bracket.lower / 10;
      upper += bracket.upper / 10;
      expect(bracket.lower).toBeLessThanOrEqual(bracket.upper);
    }
    expect(lower).toBeLessThan(attainable - 0.01);
    expect(upper).toBeGreaterThan(attainable + 0.01);
  });

  test("closes on the truth as repeats grow", () => {
    const probabilities = [
      [0.9, 0.1],
      [0.2, 0.8],
      [0.7, 0.3],
    ];
    const bracket = attainableOracle(sampleLog(probabilities, 2000, 1), [0, 1])!;
    expect(bracket.lower).toBeCloseTo(0.8, 1);
    expect(bracket.upper - bracket.lower).toBeLessThan(1e-9);
    expect(bracket.fixedSuccess).toBeCloseTo(0.6, 1);
  });
});
