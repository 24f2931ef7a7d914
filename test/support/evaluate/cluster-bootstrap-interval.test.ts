import { describe, expect, test } from "vitest";
import { ShapeError } from "../../../src/errors.ts";
import { seededRandom, shuffledIndices } from "../../../src/util/index.ts";
import { clusterBootstrapInterval } from "./cluster-bootstrap-interval.ts";

/** The textbook bootstrap: draw whole clusters, pool their units, take the weighted mean. */
function naiveInterval(values: number[], weights: number[], clusters: number[], seed: number): number[] {
  const random = seededRandom(seed);
  const numbers = [...new Set(clusters)].sort((a, b) => a - b);
  const means: number[] = [];
  for (let resample = 0; resample < 2000; resample++) {
    let sum = 0;
    let total = 0;
    for (let draw = 0; draw < numbers.length; draw++) {
      const number = numbers[random.nextInteger(numbers.length)]!;
      clusters.forEach((cluster, unit) => {
        if (cluster !== number) return;
        sum += weights[unit]! * values[unit]!;
        total += weights[unit]!;
      });
    }
    means.push(sum / total);
  }
  means.sort((a, b) => a - b);
  const at = (fraction: number): number => {
    const position = fraction * (means.length - 1);
    const below = Math.floor(position);
    return means[below]! + (position - below) * ((means[below + 1] ?? means[below]!) - means[below]!);
  };
  return [at(0.025), at(0.975)];
}

describe("clusterBootstrapInterval", () => {
  test("agrees with drawing clusters one by one and pooling their units", () => {
    const random = seededRandom(3);
    const clusters = Array.from({ length: 60 }, () => 5 * random.nextInteger(20));
    const values = clusters.map(() => random.nextNormal());
    const weights = clusters.map(() => 1 + random.nextInteger(3));
    const interval = clusterBootstrapInterval(
      Float64Array.from(values),
      Float64Array.from(weights),
      Int32Array.from(clusters),
      { seed: 11 },
    )!;
    const naive = naiveInterval(values, weights, clusters, 11);
    expect(interval[0]).toBeCloseTo(naive[0]!, 10);
    expect(interval[1]).toBeCloseTo(naive[1]!, 10);
  });

  test("does not depend on the order of the units", () => {
    const random = seededRandom(4);
    const clusters = Int32Array.from({ length: 300 }, () => random.nextInteger(250));
    const values = Float64Array.from(clusters, () => random.next());
    const weights = Float64Array.from(clusters, () => random.next());
    const order = shuffledIndices(300, random);
    const permuted = clusterBootstrapInterval(
      values.map((_, unit) => values[order[unit]!]!),
      weights.map((_, unit) => weights[order[unit]!]!),
      clusters.map((_, unit) => clusters[order[unit]!]!),
      { seed: 1 },
    )!;
    const interval = clusterBootstrapInterval(values, weights, clusters, { seed: 1 })!;
    expect(permuted[0]).toBeCloseTo(interval[0], 12);
    expect(permuted[1]).toBeCloseTo(interval[1], 12);
  });

  test("is wider when units repeat within clusters than when each stands alone", () => {
    const random = seededRandom(5);
    const outcomes = Array.from({ length: 250 }, () => random.nextInteger(2));
    const values = Float64Array.from({ length: 1000 }, (_, unit) => outcomes[unit >> 2]!);
    const weights = new Float64Array(1000).fill(1);
    const width = (clusters: Int32Array): number => {
      const [lower, upper] = clusterBootstrapInterval(values, weights, clusters, { seed: 2 })!;
      return upper - lower;
    };
    const together = width(Int32Array.from({ length: 1000 }, (_, unit) => unit >> 2));
    const alone = width(Int32Array.from({ length: 1000 }, (_, unit) => unit));
    // Four identical copies carry the information of one: twice the standard error.
    expect(together / alone).toBeGreaterThan(1.8);
    expect(together / alone).toBeLessThan(2.2);
  });

  test("leaves out units without a value or weight", () => {
    const options = { seed: 9 };
    const some = clusterBootstrapInterval(
      Float64Array.of(1, Number.NaN, 0, 0.5),
      Float64Array.of(1, 1, 1, 0),
      Int32Array.of(0, 0, 1, 1),
      options,
    );
    const only = clusterBootstrapInterval(
      Float64Array.of(1, 0),
      Float64Array.of(1, 1),
      Int32Array.of(0, 1),
      options,
    );
    expect(some).toEqual(only);
    expect(
      clusterBootstrapInterval(Float64Array.of(Number.NaN), Float64Array.of(1), Int32Array.of(0), options),
    ).toBeNull();
  });

  test("refuses unequal lengths and negative weights", () => {
    const one = Float64Array.of(1);
    expect(() => clusterBootstrapInterval(one, Float64Array.of(1, 1), Int32Array.of(0), { seed: 1 })).toThrow(
      ShapeError,
    );
    expect(() => clusterBootstrapInterval(one, Float64Array.of(-1), Int32Array.of(0), { seed: 1 })).toThrow(
      /weight -1 of unit 0/,
    );
  });
});
