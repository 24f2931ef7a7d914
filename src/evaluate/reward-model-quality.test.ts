import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RewardMatrix } from "../types/index.ts";
import { auc, withinQueryAuc } from "./auc.ts";
import { calibrationBins, expectedCalibrationError, logLoss } from "./calibration.ts";
import { classification } from "./classification.ts";
import { labeledPairs } from "./labeled-pairs.ts";
import { rewardModelQuality } from "./reward-model-quality.ts";

/** One label: what was predicted, what came out, for which question and prompt. */
interface Label {
  readonly query: number;
  readonly prompt: number;
  readonly prediction: number;
  readonly right: boolean;
}

/** Expands counts into single labels, so that every naive twin below is a plain count over labels. */
function expand(predictions: Float64Array, rewards: RewardMatrix): Label[] {
  const labels: Label[] = [];
  for (let cell = 0; cell < predictions.length; cell++) {
    if (Number.isNaN(predictions[cell]!)) continue;
    for (let trial = 0; trial < rewards.trials[cell]!; trial++) {
      labels.push({
        query: Math.floor(cell / rewards.prompts),
        prompt: cell % rewards.prompts,
        prediction: predictions[cell]!,
        right: trial < rewards.successes[cell]!,
      });
    }
  }
  return labels;
}

function naiveAuc(labels: Label[], isCompared: (right: Label, wrong: Label) => boolean): number | null {
  let won = 0;
  let compared = 0;
  for (const right of labels) {
    for (const wrong of labels) {
      if (!right.right || wrong.right || !isCompared(right, wrong)) continue;
      compared++;
      won += right.prediction > wrong.prediction ? 1 : right.prediction === wrong.prediction ? 0.5 : 0;
    }
  }
  return compared === 0 ? null : won / compared;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function naiveCalibrationError(labels: Label[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inBin = labels.filter(
      ({ prediction }) => prediction >= bin / 10 && (prediction < (bin + 1) / 10 || bin === 9),
    );
    if (inBin.length === 0) continue;
    const gap =
      mean(inBin.map(({ right }) => Number(right))) - mean(inBin.map(({ prediction }) => prediction));
    error += (inBin.length / labels.length) * Math.abs(gap);
  }
  return error;
}

const expectClose = (found: number | null, expected: number | null): void => {
  if (expected === null || found === null) expect(found).toBe(expected);
  else expect(found).toBeCloseTo(expected, 10);
};

const arbitraryCase = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }))
  .chain(([queries, prompts]) =>
    fc.record({
      queries: fc.constant(queries),
      prompts: fc.constant(prompts),
      cells: fc.array(
        fc.record({
          trials: fc.integer({ min: 0, max: 4 }),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
          // Thirds in tenths: plenty of ties, and values right at the bins' borders; NaN is "not scored".
          prediction: fc.oneof(
            fc.integer({ min: 0, max: 8 }).map((eighth) => eighth / 8),
            fc.constant(Number.NaN),
          ),
        }),
        { minLength: queries * prompts, maxLength: queries * prompts },
      ),
    }),
  )
  .map(({ queries, prompts, cells }) => ({
    predictions: Float64Array.from(cells, ({ prediction }) => prediction),
    rewards: {
      queries,
      prompts,
      trials: Float64Array.from(cells, ({ trials }) => trials),
      successes: Float64Array.from(cells, ({ trials, share }) => Math.round(trials * share)),
    },
  }));

describe("reward-model metrics", () => {
  test("agree with counting over single labels", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ predictions, rewards }) => {
        const labels = expand(predictions, rewards);
        const pairs = labeledPairs(predictions, rewards);
        const quality = rewardModelQuality(predictions, rewards);
        if (labels.length === 0) {
          expect(quality).toBeNull();
          return;
        }
        const called = labels.filter(({ prediction }) => prediction > 0.5);
        const right = labels.filter((label) => label.right);
        const found = called.filter((label) => label.right);
        expect(quality!.accuracy).toBeCloseTo(
          mean(labels.map((label) => Number(label.prediction > 0.5 === label.right))),
          10,
        );
        expectClose(quality!.precision, called.length === 0 ? null : found.length / called.length);
        const classes = classification(pairs)!;
        expectClose(classes.recall, right.length === 0 ? null : found.length / right.length);
        const either = called.length + right.length;
        expectClose(classes.f1, either === 0 ? null : (2 * found.length) / either);
        expectClose(
          quality!.auc,
          naiveAuc(labels, () => true),
        );
        expectClose(
          quality!.withinQueryAuc,
          naiveAuc(labels, (one, other) => one.query === other.query && one.prompt !== other.prompt),
        );
        expect(quality!.ece).toBeCloseTo(naiveCalibrationError(labels), 10);
        const losses = labels.map(({ prediction, right: isRight }) => {
          const clipped = Math.min(1 - 1e-6, Math.max(1e-6, prediction));
          return -Math.log(isRight ? clipped : 1 - clipped);
        });
        expect(quality!.logLoss).toBeCloseTo(mean(losses), 9);
        expect(quality!.pairs).toBe(new Set(labels.map(({ query, prompt }) => `${query} ${prompt}`)).size);
      }),
      { numRuns: 300 },
    );
  });

  test("a hand-computed case", () => {
    // Question 0: .9 right, .2 wrong. Question 1: .6 wrong twice and right once, .6 right.
    const rewards: RewardMatrix = {
      queries: 2,
      prompts: 2,
      successes: Float64Array.of(1, 0, 1, 1),
      trials: Float64Array.of(1, 1, 3, 1),
    };
    const quality = rewardModelQuality(Float64Array.of(0.9, 0.2, 0.6, 0.6), rewards)!;
    expect(quality.pairs).toBe(4);
    expect(quality.accuracy).toBeCloseTo(4 / 6, 12);
    expect(quality.precision).toBeCloseTo(3 / 5, 12);
    // Right: .9 .6 .6; wrong: .2 .6 .6: (3 + 2 · (1 + ½ + ½)) / 9
    expect(quality.auc).toBeCloseTo(7 / 9, 12);
    // Within: question 0 one comparison won; question 1 two comparisons, all ties.
    expect(quality.withinQueryAuc).toBeCloseTo(2 / 3, 12);
    // Bins .9: |1 − .9| · 1, .2: |0 − .2| · 1, .6: |.5 − .6| · 4
    expect(quality.ece).toBeCloseTo((0.1 + 0.2 + 0.4) / 6, 12);
  });

  test("rows weigh as if they stood there several times, and columns can be picked", () => {
    const rewards: RewardMatrix = {
      queries: 3,
      prompts: 2,
      successes: Float64Array.of(1, 0, 0, 1, 1, 0),
      trials: Float64Array.of(1, 1, 1, 1, 1, 1),
    };
    const predictions = Float64Array.of(0.8, 0.3, 0.7, 0.4, 0.2, 0.6);
    const twice: RewardMatrix = {
      queries: 3,
      prompts: 1,
      successes: Float64Array.of(1, 0, 0),
      trials: Float64Array.of(1, 1, 1),
    };
    expect(rewardModelQuality(predictions, rewards, [0], Float64Array.of(1, 2, 0))).toEqual({
      ...rewardModelQuality(Float64Array.of(0.8, 0.7, 0.7), twice)!,
      pairs: 2,
    });
  });

  test("nothing to measure is null", () => {
    const rewards: RewardMatrix = {
      queries: 1,
      prompts: 2,
      successes: Float64Array.of(0, 1),
      trials: Float64Array.of(0, 1),
    };
    expect(rewardModelQuality(Float64Array.of(0.5, Number.NaN), rewards)).toBeNull();
    expect(rewardModelQuality(Float64Array.of(0.5, 0.4), rewards, [])).toBeNull();
    const pairs = labeledPairs(Float64Array.of(0.5, 0.4), rewards);
    expect(auc(pairs)).toBeNull();
    expect(withinQueryAuc(pairs)).toBeNull();
    expect(logLoss(labeledPairs(Float64Array.of(0.5, 0.4), rewards, []))).toBeNull();
    expect(expectedCalibrationError([])).toBeNull();
  });

  test("a certain wrong prediction costs a finite log-loss", () => {
    const rewards: RewardMatrix = {
      queries: 1,
      prompts: 1,
      successes: Float64Array.of(0),
      trials: Float64Array.of(1),
    };
    expect(rewardModelQuality(Float64Array.of(1), rewards)!.logLoss).toBeCloseTo(-Math.log(1e-6), 8);
  });

  test("calibration bins hold every label once", () => {
    const rewards: RewardMatrix = {
      queries: 1,
      prompts: 4,
      successes: Float64Array.of(1, 0, 2, 1),
      trials: Float64Array.of(1, 2, 3, 1),
    };
    const bins = calibrationBins(labeledPairs(Float64Array.of(0, 0.1, 0.55, 1), rewards));
    expect(bins).toHaveLength(10);
    expect(bins.map(({ weight }) => weight)).toEqual([1, 2, 0, 0, 0, 3, 0, 0, 0, 1]);
    expect(bins[5]!.observed).toBeCloseTo(2 / 3, 12);
    expect(bins[2]).toEqual({ lower: 0.2, upper: 0.3, weight: 0, predicted: null, observed: null });
  });

  test("refuses sizes that disagree and columns that do not exist", () => {
    const rewards: RewardMatrix = {
      queries: 1,
      prompts: 2,
      successes: new Float64Array(2),
      trials: new Float64Array(2),
    };
    expect(() => rewardModelQuality(new Float64Array(3), rewards)).toThrow(/= 2 long, found 3/);
    expect(() => rewardModelQuality(new Float64Array(2), rewards, [2])).toThrow(/column 2 does not exist/);
    expect(() => rewardModelQuality(new Float64Array(2), rewards, [0], new Float64Array(2))).toThrow(
      /rowWeights/,
    );
  });
});
