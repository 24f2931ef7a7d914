import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import {
  bestSingle,
  candidateUnder,
  efficientPoints,
  mixedSuccess,
  mostSuccessful,
  resolveKnob,
  type Trade,
} from "./knob.ts";

/** A cheap candidate and a dear one; choosing pays from a worth of 10 to one of 20. */
const TRADE: Trade = {
  means: [0.6, 0.8],
  costs: [1, 5],
  points: [
    { worth: 0, isOpen: false, success: 0.6, cost: 1 },
    { worth: 10, isOpen: true, success: 0.72, cost: 2 },
    { worth: 20, isOpen: true, success: 0.79, cost: 3 },
    { worth: 100, isOpen: false, success: 0.8, cost: 5 },
  ],
  saving: null,
};

describe("a knob", () => {
  test("a worth between two points is as open as the stricter, and shut outside", () => {
    const isOpen = (value: number): boolean => resolveKnob(TRADE, { kind: "worth", value })[0]!.isOpen;
    expect([0, 5, 10, 15, 20, 50, 100, 101].map(isOpen)).toEqual([
      ...[false, false, true, true, true, false, false, false],
    ]);
  });

  test("a budget is met by mixing neighbors, and one that cannot be met is refused", () => {
    expect(resolveKnob(TRADE, { kind: "budget", value: 2.25 })).toMatchObject([
      { worth: 10, share: 0.75 },
      { worth: 20, share: 0.25 },
    ]);
    expect(resolveKnob(TRADE, { kind: "budget", value: 50 })).toMatchObject([{ worth: 100, share: 1 }]);
    expect(() => resolveKnob(TRADE, { kind: "budget", value: 0.9 })).toThrow(UsageError);
    expect(() => resolveKnob(TRADE, { kind: "budget", value: 0.9 })).toThrow(
      /cheapest candidate costs 1\.00/,
    );
  });

  test("a share to keep takes the cheapest point that keeps it", () => {
    const computeWorth = (value: number): number => resolveKnob(TRADE, { kind: "keep", value })[0]!.worth;
    expect([computeWorth(0.5), computeWorth(0.9), computeWorth(0.95), computeWorth(1)]).toEqual([
      0, 10, 20, 100,
    ]);
  });

  test("any budget within reach is kept on average", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            cost: fc.double({ min: 0.01, max: 9, noNaN: true }),
            success: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (found, share) => {
          const points = found.map((point, worth) => ({ ...point, worth, isOpen: true }));
          const least = Math.min(...efficientPoints(points).map(({ cost }) => cost));
          const most = Math.max(...points.map(({ cost }) => cost));
          const budget = least + share * (most - least);
          const mixture = resolveKnob({ ...TRADE, points }, { kind: "budget", value: budget });
          const spent = mixture.reduce((sum, part) => sum + part.share * points[part.worth]!.cost, 0);
          expect(mixture.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 9);
          expect(spent).toBeLessThanOrEqual(budget + 1e-9);
          // Only where more money buys no more success is some left.
          if (spent < budget - 1e-9) expect(spent).toBeCloseTo(efficientPoints(points).at(-1)!.cost, 9);
        },
      ),
    );
  });
});

describe("candidates", () => {
  test("the best single one depends on the worth; of equals the cheaper", () => {
    expect([0, 19, 21].map((worth) => bestSingle(TRADE, worth))).toEqual([0, 0, 1]);
    expect(mostSuccessful(TRADE)).toBe(1);
    expect(mostSuccessful({ ...TRADE, means: [0.8, 0.8] })).toBe(0);
  });

  test("a question gets the candidate its draw falls on", () => {
    const priced = { scores: Float64Array.of(0.5, 0.9), costs: Float64Array.of(1, 5), candidates: 2 };
    const mixture = resolveKnob(TRADE, { kind: "budget", value: 2.5 });
    const at = (draw: number, keepSingle = false): number =>
      candidateUnder(mixture, TRADE, priced, 0, keepSingle, draw);
    // At a worth of 10 what the dear one adds, 0.4, is worth just its price, and the cheaper is kept; at 20 it is not.
    expect([at(0), at(0.49), at(0.5), at(0.99)]).toEqual([0, 0, 1, 1]);
    expect(at(0.99, true)).toBe(bestSingle(TRADE, 20));
  });
});

describe("mixing", () => {
  test("no mixture of points lies above the hull, and its corners are points", () => {
    const point = fc.record({
      cost: fc.double({ min: 0, max: 10, noNaN: true }),
      success: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (points, share) => {
          const hull = efficientPoints(points);
          for (const corner of hull) expect(points).toContainEqual(corner);
          for (const one of points)
            for (const other of points) {
              const cost = share * one.cost + (1 - share) * other.cost;
              const success = share * one.success + (1 - share) * other.success;
              expect(mixedSuccess(hull, cost)).toBeGreaterThanOrEqual(success - 1e-9);
            }
        },
      ),
    );
  });
});
