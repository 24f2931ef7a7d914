import { describe, expect, test } from "vitest";
import { seededRandom } from "../util/index.ts";
import { constantCosts, fitCostModel, predictCosts } from "./cost-model.ts";

describe("a model of costs", () => {
  test("finds the line of each candidate, and stays within what was seen", () => {
    const random = seededRandom(3);
    const lengths = Float64Array.from({ length: 400 }, () => 20 + random.nextInteger(300));
    const sums = new Float64Array(800);
    const counts = new Float64Array(800);
    lengths.forEach((length, query) => {
      counts[2 * query] = 2;
      sums[2 * query] = 2 * (1 + 0.01 * length);
      // The second is known of every other question.
      if (query % 2 === 0) {
        counts[2 * query + 1] = 1;
        sums[2 * query + 1] = 5;
      }
    });
    const model = fitCostModel(lengths, { candidates: 2, sums, counts })!;
    const predicted = predictCosts(model, Float64Array.of(100, 1e6));
    expect(predicted[0]).toBeCloseTo(2, 6);
    expect(predicted[1]).toBeCloseTo(5, 6);
    expect(predicted[2]).toBeCloseTo(1 + 0.01 * Math.max(...lengths), 6);
  });

  test("a candidate with few calls has their mean, one without any makes none", () => {
    const lengths = Float64Array.of(10, 1000);
    const sums = Float64Array.of(1, 0, 3, 0);
    const few = { candidates: 2, sums, counts: Float64Array.of(1, 1, 1, 1) };
    expect([...predictCosts(fitCostModel(lengths, few)!, lengths)]).toEqual([2, 0, 2, 0]);
    expect(fitCostModel(lengths, { ...few, counts: Float64Array.of(1, 0, 1, 0) })).toBeNull();
    expect(() => fitCostModel(lengths, { ...few, sums: sums.slice(1) })).toThrow(
      /must be 2 × 2 = 4 long, found 3/,
    );
  });

  test("given costs are the same for every question", () => {
    expect([...predictCosts(constantCosts([0.5, 2]), Float64Array.of(1, 99))]).toEqual([0.5, 2, 0.5, 2]);
  });
});
