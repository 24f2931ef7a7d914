import { describe, expect, test } from "vitest";
import type { DenseFeatures, RewardMatrix } from "../types/index.ts";
import { type SeededRandom, seededRandom } from "../util/index.ts";
import { observationDesign } from "./observation-design.ts";
import { measureOverlap } from "./overlap.ts";

/** A matrix of these trials, [unit][prompt], all right. */
function makeMatrix(trials: readonly (readonly number[])[]): RewardMatrix {
  const flat = Float64Array.from(trials.flat());
  return { queries: trials.length, prompts: trials[0]!.length, successes: flat, trials: flat };
}

const many = (length: number, makeRow: (unit: number) => readonly number[]): RewardMatrix =>
  makeMatrix(Array.from({ length }, (_, unit) => makeRow(unit)));

/** Trials of so many draws with these chances. */
function draw(random: SeededRandom, times: number, chances: readonly number[]): number[] {
  const counts = chances.map(() => 0);
  for (let time = 0; time < times; time++) {
    let left = random.next();
    const column = chances.findIndex((chance) => {
      left -= chance;
      return left < 0;
    });
    counts[column === -1 ? chances.length - 1 : column]! += 1;
  }
  return counts;
}

/** Mean correction of each prompt: 1 where the probabilities are right. */
function meanCorrections({ queries, prompts, inversePropensity }: RewardMatrix): number[] {
  return Array.from({ length: prompts }, (_, column) => {
    let sum = 0;
    for (let unit = 0; unit < queries; unit++) sum += inversePropensity![unit * prompts + column]!;
    return sum / queries;
  });
}

describe("observationDesign", () => {
  test("a complete log stays as it is", () => {
    const rewards = many(5, () => [1, 2]);
    expect(observationDesign(rewards)).toMatchObject({ kind: "complete", rewards });
  });

  test("recorded propensities come first, and stay as they are", () => {
    const rewards = { ...many(4, () => [1, 0]), inversePropensity: Float64Array.of(2, 0, 2, 0, 2, 0, 2, 0) };
    const design = observationDesign(rewards, { isAdaptive: true });
    expect(design).toMatchObject({ kind: "column", rewards });
    expect([...design.supported.subarray(0, 2)]).toEqual([1, 0]);
  });

  test("an adaptive log without propensities has no estimate", () => {
    const { kind, assumption } = observationDesign(
      many(4, (unit) => [1, unit % 2]),
      { isAdaptive: true },
    );
    expect(kind).toBeNull();
    expect(assumption).toMatch(/Record the propensity/);
  });

  test("one answer a question: each stands for the inverse of its prompt's share", () => {
    const { kind, rewards } = observationDesign(many(100, (unit) => (unit < 25 ? [1, 0] : [0, 1])));
    expect(kind).toBe("rates");
    expect(rewards.inversePropensity![0]).toBe(4);
    expect(rewards.inversePropensity![199]).toBeCloseTo(4 / 3, 12);
  });

  test("drawn answers of repeated questions are shares of the draws", () => {
    const random = seededRandom(4);
    const design = observationDesign(many(2000, (unit) => draw(random, 1 + (unit % 4), [0.7, 0.2, 0.1])));
    expect(design.assumption).toMatch(/^Each answer's prompt/);
    for (const mean of meanCorrections(design.rewards)) expect(mean).toBeCloseTo(1, 1);
    // Unit 0 was drawn once.
    const first = [0, 1, 2].find((column) => design.rewards.trials[column]! > 0)!;
    expect(design.rewards.inversePropensity![first]! * [0.7, 0.2, 0.1][first]!).toBeCloseTo(1, 0);
  });

  test.each([
    ["a prompt that came later", 1],
    ["the same with four repeats of each pair", 4],
  ])("a grid with holes: %s", (_, repeats) => {
    const design = observationDesign(many(200, (unit) => [repeats, unit % 10 === 0 ? repeats : 0]));
    expect(design.assumption).toMatch(/^Which prompts/);
    expect(design.rewards.inversePropensity!.slice(0, 4)).toEqual(Float64Array.of(1, 10, 1, 0));
  });

  test("questions with all labels stand for themselves where the others were drawn apart", () => {
    const { rewards } = observationDesign(
      many(200, (unit) => (unit < 100 ? [1, 1] : unit < 150 ? [1, 0] : [0, 1])),
    );
    expect([...rewards.inversePropensity!.slice(0, 2)]).toEqual([1, 1]);
    expect([...rewards.inversePropensity!.slice(200, 202)]).toEqual([2, 0]);
    expect(meanCorrections(rewards)).toEqual([1, 1]);
  });

  test("a few answers missing from a complete log change next to nothing", () => {
    const { rewards } = observationDesign(many(100, (unit) => [1, unit === 0 ? 0 : 1]));
    expect(rewards.inversePropensity![3]).toBeCloseTo(100 / 99, 12);
  });

  test("the propensity model finds what the question decided, and rates do not", () => {
    const random = seededRandom(8);
    const features: DenseFeatures = {
      kind: "dense",
      rows: 3000,
      columns: 2,
      values: Float32Array.from({ length: 6000 }, (_, k) => ((k >> 1) % 2 === k % 2 ? 1 : 0)),
    };
    // Even units get the first prompt in 8 of 10 cases, odd ones in 2; only even ones are right.
    const rewards = many(3000, (unit) => draw(random, 1, unit % 2 === 0 ? [0.8, 0.2] : [0.2, 0.8]));
    const groups = Int32Array.from({ length: 3000 }, (_, unit) => unit);
    const design = observationDesign(rewards, { model: { features, groups, seed: 1 } });
    expect(design.kind).toBe("model");
    const rightOfFirst = (matrix: RewardMatrix): number => {
      let sum = 0;
      for (let unit = 0; unit < 3000; unit += 2) sum += matrix.inversePropensity![2 * unit]!;
      return sum / 3000;
    };
    expect(rightOfFirst(design.rewards)).toBeCloseTo(0.5, 1);
    expect(rightOfFirst(observationDesign(rewards).rewards)).toBeGreaterThan(0.7);
    expect(design.supported.every((flag) => flag === 1)).toBe(true);
  });
});

describe("measureOverlap", () => {
  const half = many(100, (unit) => (unit % 2 === 0 ? [1, 0, 0] : [0, 1, 0]));
  const weights = new Float64Array(100).fill(1);

  test("counts what was observed of a policy", () => {
    const overlap = measureOverlap(observationDesign(half), 0, weights);
    expect(overlap).toEqual({ effectiveQuestions: 50, largestWeight: 2, withoutOverlap: 0, reason: null });
  });

  test("a prompt that was never tried has none", () => {
    const choice = Int32Array.from({ length: 100 }, (_, unit) => (unit < 20 ? 2 : 0));
    const overlap = measureOverlap(observationDesign(half), choice, weights);
    expect(overlap.withoutOverlap).toBeCloseTo(0.2, 12);
    expect(overlap.reason).toMatch(/For 20 % of the questions/);
  });

  test("too few effective questions carry nothing", () => {
    const design = observationDesign(many(100, (unit) => (unit < 6 ? [1, 0] : [0, 1])));
    expect(measureOverlap(design, 0, weights).reason).toMatch(/worth 6.0, and at least 10/);
  });

  test("recorded propensities that cannot be right are noticed", () => {
    const design = observationDesign({
      ...many(400, (unit) => (unit % 4 === 0 ? [1, 0] : [0, 1])),
      inversePropensity: Float64Array.from({ length: 800 }, (_, cell) =>
        cell % 8 === 0 || cell % 8 === 3 ? 2 : 0,
      ),
    });
    expect(measureOverlap(design, 0, new Float64Array(400).fill(1)).reason).toMatch(
      /stand for 50 % of the questions/,
    );
  });
});
