import fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { seededRandom } from "../util/index.ts";
import { ConfidenceSequence } from "./confidence-sequence.ts";

/** Differences of two paired answers: mostly 0, else 1 or -1. */
function differences(count: number, share: number, chanceUp: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    if (random.next() >= share) return 0;
    return random.next() < chanceUp ? 1 : -1;
  });
}

/** Looks after every value. */
function takeLooks(values: readonly number[]): ConfidenceSequence["interval"][] {
  const sequence = new ConfidenceSequence({ bounds: [-1, 1] });
  return values.map((value) => {
    sequence.add(value);
    return sequence.interval;
  });
}

test.each([
  [0.3, 0.5],
  [1, 0.5],
  [0.5, 0.7],
  [0.1, 0.9],
])(
  "with a share %d of differing answers, %d of them better, hardly any run ever misses",
  (share, chanceUp) => {
    const mean = share * (2 * chanceUp - 1);
    const runs = 300;
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const looks = takeLooks(differences(150, share, chanceUp, 1000 + run));
      if (looks.some(([lower, upper]) => lower > mean || upper < mean)) missed++;
    }
    // 15 expected at the level; the process is known to stay below it.
    expect(missed / runs).toBeLessThanOrEqual(0.05);
  },
);

test("intervals only shrink, hold the mean of many values, and refute a gain of nothing", () => {
  const values = differences(2000, 0.5, 0.7, 5);
  const sequence = new ConfidenceSequence({ bounds: [-1, 1] });
  let before: readonly [number, number] = [-1, 1];
  for (const [turn, value] of values.entries()) {
    sequence.add(value);
    if (turn % 50 !== 0) continue;
    const [lower, upper] = sequence.interval;
    expect(lower).toBeGreaterThanOrEqual(before[0]);
    expect(upper).toBeLessThanOrEqual(before[1]);
    before = [lower, upper];
  }
  expect(sequence.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 12);
  expect(before[0]).toBeGreaterThan(0);
  expect(before[0]).toBeLessThan(sequence.mean);
  expect(before[1]).toBeGreaterThan(sequence.mean);
  // Some four times the width of an interval that holds for 2000 values only: 2 · 1.96 · .67 / √2000.
  expect(before[1] - before[0]).toBeLessThan(4 * 0.059);
});

test.each([
  [0.3, 0.9, 40, 80],
  [0.5, 0.7, 90, 230],
  [0.2, 0.7, 260, 570],
])(
  "with a share %d of differing answers, %d of them better, half of the runs take %d values and nine of ten %d",
  (share, chanceUp, half, most) => {
    const stops = Array.from({ length: 100 }, (_, run) => {
      const sequence = new ConfidenceSequence({ bounds: [-1, 1] });
      for (const [turn, value] of differences(1000, share, chanceUp, run).entries()) {
        sequence.add(value);
        // As documented: a look after every tenth value.
        if (turn % 10 === 9 && sequence.interval[0] > 0) return turn + 1;
      }
      return Number.POSITIVE_INFINITY;
    }).sort((one, other) => one - other);
    expect([stops[50], stops[90]]).toEqual([half, most]);
  },
);

/** The source's formulas, evaluated on a grid of means from the beginning, without bisection or state. */
function refutedOnGrid(values: readonly number[], mean: number, side: 1 | -1): boolean {
  const threshold = 2 / 0.05;
  return values.some((_value, last) => {
    const capitals = [1, 1, 1, 1];
    for (let turn = 1; turn <= last + 1; turn++) {
      const earlier = values.slice(0, turn - 1);
      let squares = 0.25;
      earlier.forEach((value, index) => {
        const meanSoFar = (0.5 + values.slice(0, index + 1).reduce((a, b) => a + b, 0)) / (index + 2);
        squares += (value - meanSoFar) ** 2;
      });
      const cap = 0.75 / (side === 1 ? mean : 1 - mean);
      for (const [index, horizon] of [16, 64, 256, 1024].entries()) {
        const bet = Math.sqrt((2 * Math.log(2 / 0.05)) / ((squares / (earlier.length + 1)) * horizon));
        capitals[index]! *= 1 + side * Math.min(bet, cap) * (values[turn - 1]! - mean);
      }
    }
    return capitals.reduce((sum, capital) => sum + capital, 0) / 4 >= threshold;
  });
}

test("agrees with the source's formulas written out on a grid", () => {
  const values = Array.from({ length: 25 }, (_, index) => [1, 0.8, 1, 0.9][index % 4]!);
  const sequence = new ConfidenceSequence({ bounds: [0, 1] });
  for (const value of values) {
    sequence.add(value);
    void sequence.interval;
  }
  const [lower, upper] = sequence.interval;
  expect(lower).toBeGreaterThan(0.4);
  for (let mean = 0.01; mean < 1; mean += 0.01) {
    if (Math.abs(mean - lower) < 1e-6 || Math.abs(mean - upper) < 1e-6) continue;
    expect(refutedOnGrid(values, mean, 1)).toBe(mean < lower);
    expect(refutedOnGrid(values, mean, -1)).toBe(mean > upper);
  }
});

test("any values within any bounds keep the ends in order and within the bounds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
      fc.integer({ min: -5, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      (shares, from, range) => {
        const bounds = [from, from + range] as const;
        const sequence = new ConfidenceSequence({ bounds });
        for (const share of shares) {
          sequence.add(Math.min(bounds[1], from + share * range));
          const [lower, upper] = sequence.interval;
          expect(lower).toBeGreaterThanOrEqual(bounds[0]);
          expect(upper).toBeLessThanOrEqual(bounds[1]);
          expect(lower).toBeLessThanOrEqual(upper);
        }
      },
    ),
  );
});

test("without values it knows nothing, and impossible ones are refused", () => {
  const sequence = new ConfidenceSequence({ bounds: [-1, 1] });
  expect(sequence.interval).toEqual([-1, 1]);
  expect(() => sequence.add(1.5)).toThrow(ShapeError);
  expect(() => sequence.add(Number.NaN)).toThrow(/outside its bounds/);
  expect(() => new ConfidenceSequence({ bounds: [1, 1] })).toThrow(ShapeError);
  expect(() => new ConfidenceSequence({ bounds: [0, 1], alpha: 1 })).toThrow(/alpha/);
});
