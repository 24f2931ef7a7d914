import { expect, test } from "vitest";
import { fillGradients, sigmoid } from "./gradients.ts";
import { OBJECTIVE_LOGISTIC, OBJECTIVE_SQUARED_ERROR } from "./layout.ts";

test("sigmoid is 1 / (1 + exp(-x)) to the last bits, from one end to the other", () => {
  for (let x = -40; x <= 40; x += 0.00917) {
    const expected = 1 / (1 + Math.exp(-x));
    expect(Math.abs(sigmoid(x) - expected)).toBeLessThanOrEqual(4e-16 * expected);
  }
  expect(sigmoid(0)).toBe(0.5);
  expect(sigmoid(1e300)).toBe(1);
  expect(sigmoid(-1e300)).toBeLessThan(1e-300);
  expect(sigmoid(-700.5)).toBeGreaterThan(0);
});

test("a pair counts as often as it was tried; hessians are never 0, unknown pairs always", () => {
  const grid = 2 ** -30;
  const margins = Float64Array.of(0, 2, -900, 1);
  const successes = Float64Array.of(1, 2, 0, 0);
  const trials = Float64Array.of(1, 4, 3, 0);
  const pairs = new Float64Array(8);
  fillGradients(OBJECTIVE_LOGISTIC, margins, successes, trials, grid, pairs);
  expect(Array.from(pairs.subarray(0, 2))).toEqual([-0.5, 0.25]);
  const p = 1 / (1 + Math.exp(-2));
  expect(pairs[2]).toBeCloseTo(4 * p - 2, 9);
  expect(pairs[3]).toBeCloseTo(4 * p * (1 - p), 9);
  expect(Array.from(pairs.subarray(4))).toEqual([0, grid, 0, 0]);
  for (const value of pairs) expect(Number.isInteger(value / grid)).toBe(true);
  fillGradients(OBJECTIVE_SQUARED_ERROR, margins, successes, trials, grid, pairs);
  expect(Array.from(pairs)).toEqual([-1, 1, 6, 4, -2700, 3, 0, 0]);
});
