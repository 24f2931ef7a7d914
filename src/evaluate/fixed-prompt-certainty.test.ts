import { describe, expect, test } from "vitest";
import type { RewardMatrix } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { fixedPromptCertainty } from "./fixed-prompt-certainty.ts";

function sampleMatrix(probabilities: readonly number[], queries: number, seed: number): RewardMatrix {
  const random = seededRandom(seed);
  const prompts = probabilities.length;
  return {
    queries,
    prompts,
    successes: Float64Array.from({ length: queries * prompts }, (_, cell) =>
      Number(random.next() < probabilities[cell % prompts]!),
    ),
    trials: new Float64Array(queries * prompts).fill(1),
  };
}

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);
const alone = (length: number): Int32Array => Int32Array.from({ length }, (_, index) => index);

describe("fixedPromptCertainty", () => {
  test("a clearly better prompt is surely best and costs nothing", () => {
    const certainty = fixedPromptCertainty(sampleMatrix([0.2, 0.8, 0.5], 400, 1), ones(400), alone(400), {
      seed: 1,
    });
    expect(certainty.column).toBe(1);
    expect(certainty.probabilityBest).toBe(1);
    expect(certainty.expectedRegret).toBe(0);
    expect(certainty.perPrompt[0]!.expectedRegret).toBeGreaterThan(0.5);
    expect(certainty.paired).toBe(true);
  });

  test("probabilities sum to 1, and two equally good prompts share it", () => {
    const { queries, prompts, successes, trials } = sampleMatrix([0.5, 0.5], 300, 2);
    // Prompt 1 is right exactly where prompt 0 is wrong, on half of the questions each.
    for (let query = 0; query < queries; query++) {
      successes[2 * query] = query % 2;
      successes[2 * query + 1] = 1 - (query % 2);
    }
    const certainty = fixedPromptCertainty({ queries, prompts, successes, trials }, ones(300), alone(300), {
      seed: 3,
    });
    expect(certainty.column).toBe(0);
    expect(certainty.perPrompt[0]!.probabilityBest + certainty.perPrompt[1]!.probabilityBest).toBeCloseTo(
      1,
      12,
    );
    expect(certainty.probabilityBest).toBeGreaterThan(0.46);
    expect(certainty.probabilityBest).toBeLessThan(0.54);
    // The difference d of the means has standard error 1/√300 · 1; E max(d, 0) = that / √(2π).
    expect(certainty.expectedRegret).toBeCloseTo(1 / Math.sqrt(300) / Math.sqrt(2 * Math.PI), 2);
  });

  test("averages the repeats of a question, and weighs questions", () => {
    const rewards: RewardMatrix = {
      queries: 2,
      prompts: 1,
      successes: Float64Array.of(3, 0),
      trials: Float64Array.of(4, 1),
    };
    const certainty = fixedPromptCertainty(rewards, Float64Array.of(1, 2), alone(2), { seed: 1 });
    expect(certainty.perPrompt[0]!.mean).toBeCloseTo(0.25, 12);
    expect(certainty.probabilityBest).toBe(1);
  });

  test("partial log: compares on the complete questions while they are at least half", () => {
    const rewards: RewardMatrix = {
      queries: 4,
      prompts: 2,
      // Prompt 1 was also tried on an easy question and looks better on its own labels (3/4 against 2/3).
      successes: Float64Array.of(1, 1, 1, 0, 0, 1, 0, 1),
      trials: Float64Array.of(1, 1, 1, 1, 1, 1, 0, 1),
    };
    const paired = fixedPromptCertainty(rewards, ones(4), alone(4), { seed: 1 });
    expect(paired.paired).toBe(true);
    expect(paired.perPrompt.map(({ mean }) => mean)).toEqual([2 / 3, 2 / 3]);
    rewards.trials.set([0, 1, 0, 1], 0);
    const own = fixedPromptCertainty(rewards, ones(4), alone(4), { seed: 1 });
    expect(own.paired).toBe(false);
    expect(own.perPrompt.map(({ questions }) => questions)).toEqual([1, 4]);
  });

  test("a lucky prompt with few labels is not named best", () => {
    const queries = 100;
    const full = sampleMatrix([0.6, 0.5, 1], queries, 5);
    const trials = full.trials.map((_, cell) => {
      const prompt = cell % 3;
      const query = (cell - prompt) / 3;
      return prompt === 2 ? Number(query < 3) : Number(prompt === query % 2);
    });
    const certainty = fixedPromptCertainty(
      { ...full, successes: full.successes.map((success, cell) => success * trials[cell]!), trials },
      ones(queries),
      alone(queries),
      { seed: 1 },
    );
    expect(certainty.column).not.toBe(2);
    expect(certainty.perPrompt[2]).toMatchObject({ mean: 1, questions: 3, probabilityBest: 0 });
  });

  test("a prompt without labels has no mean, and no labels at all is an error", () => {
    const rewards: RewardMatrix = {
      queries: 2,
      prompts: 2,
      successes: Float64Array.of(1, 0, 0, 0),
      trials: Float64Array.of(1, 0, 1, 0),
    };
    const certainty = fixedPromptCertainty(rewards, ones(2), alone(2), { seed: 1 });
    expect(certainty.perPrompt[1]).toEqual({
      mean: null,
      ci95: null,
      probabilityBest: 0,
      expectedRegret: 1,
      questions: 0,
    });
    expect(() => fixedPromptCertainty(rewards, new Float64Array(2), alone(2), { seed: 1 })).toThrow(
      /no question has a label/,
    );
  });
});
