import { expect, test } from "vitest";
import { contrastLoss } from "./contrast-loss.ts";

/** Two questions, three prompts; prompt 2 is far below the others. */
const rewards = {
  queries: 2,
  prompts: 3,
  successes: Float64Array.from([2, 0, 0, 1, 2, 0]),
  trials: Float64Array.from([2, 2, 2, 2, 2, 2]),
};
const means = Float64Array.from([0.7, 0.6, 0.1]);

test("squared errors of the contrasts with the fixed prompt, of prompts near it only", () => {
  // Observed contrasts 1 - 0: -1 and .5; predicted -.2 and .1. Whatever prompt 2 gets does not count.
  const predicted = Float64Array.from([0.7, 0.5, 0.9, 0.5, 0.6, 0.9]);
  expect(contrastLoss(rewards, predicted, 0, means)).toBeCloseTo((0.8 ** 2 + 0.4 ** 2) / 2, 12);
});

test("what all prompts share at a question does not count", () => {
  const predicted = Float64Array.from([0.7, 0.5, 0.9, 0.5, 0.6, 0.9]);
  const shifted = predicted.map((value, entry) => value + (entry < 3 ? 0.2 : -0.3));
  expect(contrastLoss(rewards, shifted, 0, means)).toBeCloseTo(
    contrastLoss(rewards, predicted, 0, means),
    12,
  );
});

test("questions weigh by the precision of their contrast, and count only where both prompts have labels", () => {
  const uneven = {
    ...rewards,
    successes: Float64Array.from([2, 0, 0, 1, 0, 0]),
    trials: Float64Array.from([2, 2, 2, 2, 0, 2]),
  };
  const predicted = Float64Array.from([0.7, 0.5, 0.9, 0.5, 0.6, 0.9]);
  expect(contrastLoss(uneven, predicted, 0, means)).toBeCloseTo(0.8 ** 2, 12);
  const repeated = {
    ...rewards,
    successes: Float64Array.from([2, 0, 0, 1, 6, 0]),
    trials: Float64Array.from([2, 2, 2, 2, 6, 2]),
  };
  // Weights 2 / (1/2 + 1/2) = 2 and 2 / (1/6 + 1/2) = 3.
  expect(contrastLoss(repeated, predicted, 0, means)).toBeCloseTo((2 * 0.8 ** 2 + 3 * 0.4 ** 2) / 5, 12);
});

test("without a prompt near the fixed one all others count; without common questions the rewards themselves", () => {
  const lonely = Float64Array.from([0.9, 0.6, 0.1]);
  const predicted = Float64Array.from([1, 0.5, 0.5, 0.5, 1, 0.5]);
  // Contrasts observed -1, -1 and .5, -.5; predicted -.5, -.5 and .5, 0.
  expect(contrastLoss(rewards, predicted, 0, lonely)).toBeCloseTo((0.25 + 0.25 + 0 + 0.25) / 4, 12);
  const apart = {
    ...rewards,
    successes: Float64Array.from([2, 0, 0, 0, 2, 0]),
    trials: Float64Array.from([2, 0, 0, 0, 2, 0]),
  };
  expect(contrastLoss(apart, predicted, 0, means)).toBeCloseTo(0, 12);
  expect(
    contrastLoss(
      apart,
      predicted.map(() => 0.5),
      0,
      means,
    ),
  ).toBeCloseTo(0.25, 12);
});
