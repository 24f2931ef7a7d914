import fc from "fast-check";
import { expect, test } from "vitest";
import { binomialLowerTail } from "./binomial.ts";

/** Pascal's recursion on probabilities: no factorials, no logarithms. */
function naiveLowerTail(most: number, trials: number, probability: number): number {
  let counts = [1];
  for (let trial = 0; trial < trials; trial++) {
    const next = new Array<number>(counts.length + 1).fill(0);
    counts.forEach((mass, count) => {
      next[count]! += mass * (1 - probability);
      next[count + 1]! += mass * probability;
    });
    counts = next;
  }
  return counts.slice(0, most + 1).reduce((sum, mass) => sum + mass, 0);
}

test("binomialLowerTail agrees with adding up trial by trial", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 150 }),
      fc.integer({ min: -1, max: 151 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (trials, most, probability) => {
        expect(binomialLowerTail(most, trials, probability)).toBeCloseTo(
          naiveLowerTail(Math.min(most, trials), trials, probability),
          10,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("binomialLowerTail keeps far tails and large counts", () => {
  expect(binomialLowerTail(0, 1000, 0.5)).toBeCloseTo(0, 300);
  expect(Math.log(binomialLowerTail(0, 1000, 0.5))).toBeCloseTo(1000 * Math.log(0.5), 8);
  // Symmetric about the middle: P(X ≤ n/2 − 1) = (1 − P(X = n/2)) / 2, and P(X = n/2) ≈ √(2 / πn).
  expect(binomialLowerTail(499_999, 1_000_000, 0.5)).toBeCloseTo(
    (1 - Math.sqrt(2 / (Math.PI * 1_000_000))) / 2,
    9,
  );
});
