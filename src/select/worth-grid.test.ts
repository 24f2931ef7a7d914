import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { worthGrid, worthiestCandidate } from "./worth-grid.ts";

const priced = fc.integer({ min: 2, max: 5 }).chain((candidates) =>
  fc
    .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true })), {
      minLength: candidates,
      maxLength: 6 * candidates,
    })
    .map((cells) => {
      const whole = cells.slice(0, cells.length - (cells.length % candidates));
      return {
        scores: Float64Array.from(whole, ([score]) => score),
        costs: Float64Array.from(whole, ([, cost]) => cost),
        candidates,
      };
    }),
);

describe("worths", () => {
  test("at the first the cheapest is chosen everywhere, at the last what succeeds most", () => {
    fc.assert(
      fc.property(priced, ({ scores, costs, candidates }) => {
        const grid = worthGrid({ scores, costs, candidates });
        expect(grid[0]).toBe(0);
        expect(grid).toEqual([...grid].sort((one, other) => one - other));
        for (let start = 0; start < scores.length; start += candidates) {
          const own = (values: Float64Array): Float64Array => values.subarray(start, start + candidates);
          const cheapest = worthiestCandidate({ scores, costs, candidates }, start, 0);
          expect(own(costs)[cheapest]).toBe(Math.min(...own(costs)));
          const last = worthiestCandidate({ scores, costs, candidates }, start, grid.at(-1)!);
          expect(own(scores)[last]).toBeCloseTo(Math.max(...own(scores)), 9);
        }
      }),
    );
  });

  test("each moves about as many choices as the next", () => {
    const units = 1000;
    const scores = Float64Array.from({ length: 2 * units }, (_, cell) =>
      cell % 2 === 0 ? 0 : 0.1 + 0.8 * ((cell - 1) / 2 / units),
    );
    const costs = Float64Array.from({ length: 2 * units }, (_, cell) => cell % 2);
    const dear = worthGrid({ scores, costs, candidates: 2 }).map((worth) => {
      let count = 0;
      for (let unit = 0; unit < units; unit++)
        count += worthiestCandidate({ scores, costs, candidates: 2 }, 2 * unit, worth);
      return count;
    });
    expect(dear[0]).toBe(0);
    expect(dear.at(-1)).toBe(units);
    for (let step = 2; step < dear.length - 1; step++) {
      expect(dear[step]! - dear[step - 1]!).toBeGreaterThanOrEqual(40);
      expect(dear[step]! - dear[step - 1]!).toBeLessThanOrEqual(60);
    }
  });

  test("where the cheaper is never worse there is nothing to weigh", () => {
    expect(
      worthGrid({ scores: Float64Array.of(0.9, 0.5), costs: Float64Array.of(1, 2), candidates: 2 }),
    ).toEqual([0]);
  });
});
