import { describe, expect, test } from "vitest";
import { measureCoverage } from "../../test/support/interval-coverage/measure-coverage.ts";
import { PROBLEMS } from "../../test/support/interval-coverage/simulated-problem.ts";
import type { RewardMatrix } from "../types/index.ts";
import { clusteredMean } from "./clustered-mean.ts";
import { meanInterval } from "./mean-interval.ts";
import { policyGain } from "./policy-gain.ts";

/** A complete log of two prompts: the second right on these units, the first wrong, elsewhere both right. */
function completeLog(units: number, better: ReadonlySet<number>): RewardMatrix {
  return {
    queries: units,
    prompts: 2,
    successes: Float64Array.from({ length: 2 * units }, (_, cell) =>
      cell % 2 === 0 && better.has(cell >> 1) ? 0 : 1,
    ),
    trials: new Float64Array(2 * units).fill(1),
  };
}

const upTo = (count: number): Set<number> => new Set(Array.from({ length: count }, (_, index) => index));

function measureGain(rewards: RewardMatrix, chosen: Int32Array, clusters?: Int32Array) {
  return policyGain({
    ...{ rewards, chosen, fixed: 0 },
    predicted: new Float64Array(2 * rewards.queries).fill(Number.NaN),
    weights: new Float64Array(rewards.queries).fill(1),
    clusters: clusters ?? Int32Array.from({ length: rewards.queries }, (_, unit) => unit),
  })!;
}

describe("policyGain", () => {
  const chosen = Int32Array.from({ length: 400 }, (_, unit) => (unit < 40 ? 1 : 0));

  test("on a complete log is the mean paired difference, its error hardly more than the clustered one", () => {
    const gain = measureGain(completeLog(400, upTo(30)), chosen);
    expect(gain).toMatchObject({ units: 400, clusters: 400, movedClusters: 40, moved: 0.1 });
    expect(gain.mean).toBeCloseTo(30 / 400, 12);
    const differences = Float64Array.from({ length: 400 }, (_, unit) => (unit < 30 ? 1 : 0));
    const ones = new Float64Array(400).fill(1);
    const { standardError } = clusteredMean(differences, ones, Int32Array.from(ones.keys()));
    expect(gain.standardError).toBeGreaterThan(standardError);
    expect(gain.standardError).toBeLessThan(1.05 * standardError);
    expect(gain.crossFittedError).toBe(gain.standardError);
  });

  test("where all moved questions happen to agree, the error is that of two that do not", () => {
    const gain = measureGain(completeLog(400, new Set()), chosen);
    expect(gain.mean).toBe(0);
    expect(gain.standardError).toBeCloseTo(Math.sqrt(2) / 400, 12);
  });

  test("no gain is larger than the share of the questions that are moved", () => {
    const few = Int32Array.from({ length: 400 }, (_, unit) => (unit < 2 ? 1 : 0));
    const gain = measureGain(completeLog(400, upTo(2)), few);
    // Clopper and Pearson's upper bound of 2 of 400.
    expect(gain.interval[1]).toBeLessThan(0.018);
    expect(gain.interval[1]).toBeGreaterThan(2 / 400);
    expect(gain.interval[0]).toBeLessThan(0);
  });

  test("copies of a question within a cluster add nothing", () => {
    const alone = measureGain(completeLog(200, upTo(10)), chosen.subarray(0, 200));
    const copied = measureGain(
      completeLog(400, upTo(20)),
      Int32Array.from({ length: 400 }, (_, unit) => chosen[unit >> 1]!),
      Int32Array.from({ length: 400 }, (_, unit) => unit >> 1),
    );
    expect(copied.standardError).toBeCloseTo(alone.standardError, 12);
    expect(copied.interval[1]).toBeCloseTo(alone.interval[1], 12);
  });

  test("folds that choose alike add nothing to the error, folds that do not add to it", () => {
    const rewards = completeLog(400, upTo(30));
    const input = {
      ...{ rewards, chosen, fixed: 0 },
      predicted: new Float64Array(800),
      weights: new Float64Array(400).fill(1),
      clusters: Int32Array.from({ length: 400 }, (_, unit) => unit),
    };
    const alike = policyGain({ ...input, otherFolds: { folds: 5, policies: [{ chosen, fixed: 0 }] } })!;
    expect(alike.crossFittedError).toBe(alike.standardError);
    const other = { chosen: chosen.map((column, unit) => (unit < 20 ? 0 : column)), fixed: 0 };
    const apart = policyGain({ ...input, otherFolds: { folds: 5, policies: [other] } })!;
    expect(apart.standardError).toBe(alike.standardError);
    // 4 other folds, each as this one, at .2615 of the 20 squared differences.
    expect((400 * apart.crossFittedError) ** 2 - (400 * apart.standardError) ** 2).toBeCloseTo(20.92, 1);
  });

  test("is null where nothing counts", () => {
    expect(
      policyGain({
        ...{ rewards: completeLog(2, new Set()), chosen: 1, fixed: 0 },
        predicted: new Float64Array(4),
        weights: new Float64Array(2),
        clusters: Int32Array.of(0, 1),
      }),
    ).toBeNull();
  });
});

describe("coverage: the interval at 95 % holds the true gain of fold policies", () => {
  // With 200 logs the share itself has a standard error of 1.5 points. The whole study: npm run measure:coverage.
  test.each([
    ["two prompts, much to gain", "one answer", 250],
    ["one prompt dominates", "complete", 250],
    ["one dominates, nearly all right", "half", 250],
    ["nothing to gain", "one answer", 500],
    ["one dominates, nearly all right", "adaptive", 250],
  ] as const)("%s, %s, %d questions", (name, observation, questions) => {
    const problem = PROBLEMS.find((each) => each.name === name)!;
    const found = measureCoverage(problem, observation, questions, { logs: 200, seed: 3 });
    expect(found.covered).toBeGreaterThan(0.925);
    expect(found.bootstrapCovered).toBeLessThan(0.91);
    // Of use: not wider than three times what covers too little.
    expect(found.width).toBeLessThan(3 * found.bootstrapWidth);
    expect(Math.abs(found.bias)).toBeLessThan(found.width / 20);
  });
});

test("scores may leave the bounds that hold for their mean", () => {
  const scores = Float64Array.from({ length: 300 }, (_, unit) => (unit % 2 === 0 ? 1.5 : -0.1));
  const ones = new Float64Array(300).fill(1);
  const clusters = Int32Array.from(ones.keys());
  const column = { values: scores, bounds: [0, 1] as const, unseen: 2 };
  const { method, interval, mean } = meanInterval(column, ones, clusters, { seed: 1 })!;
  expect(method).toBe("scores");
  expect(mean).toBeCloseTo(0.7, 12);
  expect(interval[0]).toBeCloseTo(0.608, 2);
  expect(interval[1]).toBeCloseTo(0.792, 2);
  expect(() => meanInterval({ values: scores, bounds: [0, 1] }, ones, clusters, { seed: 1 })).toThrow(
    /outside/,
  );
});
