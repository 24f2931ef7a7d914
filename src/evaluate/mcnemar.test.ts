import { describe, expect, test } from "vitest";
import { mcnemarExact, mcnemarOfRewards } from "./mcnemar.ts";

/** Binomial coefficients as whole numbers. */
function naiveMcnemar(first: number, second: number): number {
  const trials = first + second;
  let coefficient = 1n;
  let tail = 0n;
  for (let k = 0; k <= Math.min(first, second); k++) {
    tail += coefficient;
    coefficient = (coefficient * BigInt(trials - k)) / BigInt(k + 1);
  }
  return Math.min(1, Number((2n * tail * 10n ** 15n) / 2n ** BigInt(trials)) / 1e15);
}

describe("mcnemarExact", () => {
  test("agrees with whole-number arithmetic", () => {
    for (const [first, second] of [
      [0, 0],
      [1, 0],
      [0, 6],
      [5, 5],
      [3, 9],
      [40, 61],
      [300, 350],
    ] as const) {
      expect(mcnemarExact(first, second)).toBeCloseTo(naiveMcnemar(first, second), 11);
      expect(mcnemarExact(second, first)).toBe(mcnemarExact(first, second));
    }
  });

  test("known values: 0 of 6 is 2/64, 3 of 12 is .146", () => {
    expect(mcnemarExact(0, 6)).toBeCloseTo(0.03125, 12);
    expect(mcnemarExact(3, 9)).toBeCloseTo(0.14599609375, 12);
  });

  test("counts far beyond what factorials can hold agree with the normal approximation", () => {
    // z = (b - c - 1) / sqrt(b + c) = 2.00: two-sided p = .0455
    expect(mcnemarExact(501_001, 499_000)).toBeCloseTo(0.0455, 3);
    expect(mcnemarExact(600_000, 400_000)).toBe(0);
  });

  test("refuses counts that are not whole", () => {
    expect(() => mcnemarExact(1.5, 2)).toThrow(/whole numbers/);
  });
});

describe("mcnemarOfRewards", () => {
  test("counts discordant pairs and skips pairs without a reward", () => {
    const first = Float64Array.of(1, 1, 1, 0, 1, Number.NaN, 0, 1);
    const second = Float64Array.of(0, 0, 0, 1, 1, 0, 0, Number.NaN);
    expect(mcnemarOfRewards(first, second)).toBe(mcnemarExact(3, 1));
  });

  test("is null where a reward is not binary or nothing is paired", () => {
    expect(mcnemarOfRewards(Float64Array.of(0.5, 1), Float64Array.of(1, 1))).toBeNull();
    expect(mcnemarOfRewards(Float64Array.of(Number.NaN), Float64Array.of(1))).toBeNull();
  });
});
