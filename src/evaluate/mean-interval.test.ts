import { describe, expect, test } from "vitest";
import { clusterBootstrapInterval } from "../../test/support/evaluate/cluster-bootstrap-interval.ts";
import type { Interval } from "../types/index.ts";
import { type SeededRandom, seededRandom, shuffledIndices } from "../util/index.ts";
import { bettingInterval } from "./betting-interval.ts";
import { clopperPearsonInterval } from "./clopper-pearson-interval.ts";
import { clusteredMean } from "./clustered-mean.ts";
import { meanInterval, meanIntervals } from "./mean-interval.ts";
import { studentQuantile } from "./student-interval.ts";

interface Sample {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly clusters: Int32Array;
}

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);
const alone = (length: number): Int32Array => Int32Array.from({ length }, (_, index) => index);
const unweighted = (values: Float64Array): Sample => ({
  values,
  weights: ones(values.length),
  clusters: alone(values.length),
});

/** A paired difference: +1 with probability `gain`, −1 with `loss`, else 0. */
function difference(random: SeededRandom, gain: number, loss: number): number {
  const drawn = random.next();
  return drawn < gain ? 1 : drawn > 1 - loss ? -1 : 0;
}

/** Clusters of one to eight units; half of the clusters agree within, half do not. */
function clusteredSample(random: SeededRandom, clusterCount: number, gain: number, loss: number): Sample {
  const values: number[] = [];
  const clusters: number[] = [];
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    const common = random.next() < 0.5 ? difference(random, gain, loss) : null;
    const size = 1 + Math.floor(8 * random.next() ** 3);
    for (let unit = 0; unit < size; unit++) {
      values.push(common ?? difference(random, gain, loss));
      clusters.push(cluster);
    }
  }
  return {
    values: Float64Array.from(values),
    weights: ones(values.length),
    clusters: Int32Array.from(clusters),
  };
}

/** Share of simulated samples whose interval holds the true mean, and the mean width. */
function coverage(
  truth: number,
  samples: number,
  draw: (random: SeededRandom) => Sample,
  interval: (sample: Sample) => Interval,
): { covered: number; width: number } {
  const random = seededRandom(2024);
  let covered = 0;
  let width = 0;
  for (let sample = 0; sample < samples; sample++) {
    const [lower, upper] = interval(draw(random));
    if (lower <= truth + 1e-12 && upper >= truth - 1e-12) covered++;
    width += upper - lower;
  }
  return { covered: covered / samples, width: width / samples };
}

const pick =
  (bounds: Interval) =>
  ({ values, weights, clusters }: Sample): Interval =>
    meanInterval({ values, bounds }, weights, clusters, { seed: 7, resamples: 400 })!.interval;

describe("coverage: intervals at 95 % hold the truth about 95 % of the time", () => {
  // With 300 samples the share itself has a standard error of 1.3 points.
  test("bootstrap, 300 unequal clusters of paired differences", () => {
    const { covered, width } = coverage(
      0.04,
      300,
      (random) => clusteredSample(random, 300, 0.12, 0.08),
      pick([-1, 1]),
    );
    expect(covered).toBeGreaterThan(0.91);
    expect(covered).toBeLessThan(0.985);
    expect(width).toBeLessThan(0.12);
  });

  test("ignoring the clusters would fail: the same samples with every unit alone", () => {
    const draw = (random: SeededRandom): Sample => {
      const sample = clusteredSample(random, 300, 0.12, 0.08);
      // Copies of every unit, as repeats of a question are.
      const copies = sample.values.length * 4;
      return unweighted(Float64Array.from({ length: copies }, (_, unit) => sample.values[unit >> 2]!));
    };
    expect(coverage(0.04, 60, draw, pick([-1, 1])).covered).toBeLessThan(0.8);
  });

  test("betting, 30 clusters of three, at least 95 %", () => {
    const draw = (random: SeededRandom): Sample => ({
      values: Float64Array.from({ length: 90 }, () => difference(random, 0.3, 0.2)),
      weights: ones(90),
      clusters: Int32Array.from({ length: 90 }, (_, unit) => Math.floor(unit / 3)),
    });
    const { covered, width } = coverage(0.1, 300, draw, pick([-1, 1]));
    expect(covered).toBeGreaterThanOrEqual(0.95);
    // Conservative, but of use: a range of 2 is brought down by more than half.
    expect(width).toBeLessThan(0.9);
  });

  test.each([
    [30, 1.1],
    [100, 0.8],
  ])("Student, %i unequal clusters", (clusters, mostOfBetting) => {
    const { covered, width } = coverage(
      0.1,
      400,
      (random) => clusteredSample(random, clusters, 0.3, 0.2),
      pick([-1, 1]),
    );
    expect(covered).toBeGreaterThan(0.92);
    const betting = ({ values, weights, clusters: groups }: Sample): Interval =>
      bettingInterval(values, weights, groups, { bounds: [-1, 1], seed: 7 })!;
    const bet = coverage(0.1, 100, (random) => clusteredSample(random, clusters, 0.3, 0.2), betting);
    expect(width).toBeLessThan(mostOfBetting * bet.width);
  });

  test("effective counts, unequal clusters of which almost none differs", () => {
    const { covered, width } = coverage(
      0.004,
      300,
      (random) => clusteredSample(random, 250, 0.008, 0.004),
      pick([-1, 1]),
    );
    expect(covered).toBeGreaterThanOrEqual(0.95);
    expect(width).toBeLessThan(0.12);
  });

  test("betting where almost nothing differs, which the bootstrap cannot handle", () => {
    const draw = (random: SeededRandom): Sample =>
      unweighted(Float64Array.from({ length: 250 }, () => difference(random, 0.008, 0.004)));
    expect(coverage(0.004, 300, draw, pick([-1, 1])).covered).toBeGreaterThanOrEqual(0.95);
    const bootstrap = ({ values, weights, clusters }: Sample): Interval =>
      clusterBootstrapInterval(values, weights, clusters, { seed: 7, resamples: 400 })!;
    expect(coverage(0.004, 300, draw, bootstrap).covered).toBeLessThan(0.93);
  });

  test("Clopper–Pearson, 40 binary outcomes at .93, at least 95 %", () => {
    const draw = (random: SeededRandom): Sample =>
      unweighted(Float64Array.from({ length: 40 }, () => Number(random.next() < 0.93)));
    expect(coverage(0.93, 1000, draw, pick([0, 1])).covered).toBeGreaterThanOrEqual(0.945);
  });
});

describe("bettingInterval", () => {
  const bounds: Interval = [0, 1];

  test("does not depend on scale or origin of the values", () => {
    const random = seededRandom(5);
    const values = Float64Array.from({ length: 50 }, () => random.next());
    const [lower, upper] = bettingInterval(values, ones(50), alone(50), { bounds, seed: 1 })!;
    const [scaledLower, scaledUpper] = bettingInterval(
      values.map((value) => 4 * value - 2),
      ones(50),
      alone(50),
      { bounds: [-2, 2], seed: 1 },
    )!;
    expect(scaledLower).toBeCloseTo(4 * lower - 2, 6);
    expect(scaledUpper).toBeCloseTo(4 * upper - 2, 6);
  });

  test("mirrors: the interval of 1 − x is 1 − that of x", () => {
    const random = seededRandom(6);
    const values = Float64Array.from({ length: 60 }, () => random.next() ** 3);
    const [lower, upper] = bettingInterval(values, ones(60), alone(60), { bounds, seed: 1 })!;
    const mirrored = bettingInterval(
      values.map((value) => 1 - value),
      ones(60),
      alone(60),
      { bounds, seed: 1 },
    )!;
    expect(mirrored[0]).toBeCloseTo(1 - upper, 6);
    expect(mirrored[1]).toBeCloseTo(1 - lower, 6);
  });

  test("cluster sums are what counts: units of a cluster may be merged into their mean", () => {
    const random = seededRandom(7);
    const values = Float64Array.from({ length: 120 }, () => random.next());
    const pairs = Float64Array.from(
      { length: 60 },
      (_, pair) => (values[2 * pair]! + values[2 * pair + 1]!) / 2,
    );
    const byUnit = bettingInterval(
      values,
      ones(120),
      Int32Array.from({ length: 120 }, (_, unit) => unit >> 1),
      { bounds, seed: 1 },
    )!;
    const byPair = bettingInterval(pairs, ones(60), alone(60), { bounds, seed: 1 })!;
    expect(byUnit[0]).toBeCloseTo(byPair[0], 9);
    expect(byUnit[1]).toBeCloseTo(byPair[1], 9);
  });

  test("one value tells next to nothing, many equal ones nearly everything", () => {
    expect(bettingInterval(Float64Array.of(1), ones(1), alone(1), { bounds, seed: 1 })).toEqual([0, 1]);
    const [lower, upper] = bettingInterval(ones(190), ones(190), alone(190), { bounds, seed: 1 })!;
    expect(upper).toBe(1);
    expect(lower).toBeGreaterThan(0.95);
    expect(lower).toBeLessThan(1);
    expect(bettingInterval(Float64Array.of(Number.NaN), ones(1), alone(1), { bounds, seed: 1 })).toBeNull();
  });

  test("lies within 40 % of the width of Student's interval on ordinary data", () => {
    const random = seededRandom(9);
    const values = Float64Array.from({ length: 150 }, () => random.next());
    const [lower, upper] = bettingInterval(values, ones(150), alone(150), { bounds, seed: 1 })!;
    const { standardError } = clusteredMean(values, ones(150), alone(150));
    expect((upper - lower) / (2 * 1.976 * standardError)).toBeLessThan(1.4);
  });
});

describe("clopperPearsonInterval", () => {
  test("known values", () => {
    // 0 of n: upper = 1 − .025^(1/n); 7 of 20 and 81 of 263 from the beta quantiles.
    expect(clopperPearsonInterval(0, 10)[0]).toBe(0);
    expect(clopperPearsonInterval(0, 10)[1]).toBeCloseTo(1 - 0.025 ** (1 / 10), 10);
    expect(clopperPearsonInterval(10, 10)).toEqual([expect.closeTo(0.025 ** (1 / 10), 10), 1]);
    const [lower, upper] = clopperPearsonInterval(81, 263);
    expect(lower).toBeCloseTo(0.2527, 4);
    expect(upper).toBeCloseTo(0.3676, 4);
  });

  test("large counts do not underflow", () => {
    const [lower, upper] = clopperPearsonInterval(64_000, 100_000);
    expect(lower).toBeCloseTo(0.64 - 1.96 * Math.sqrt((0.64 * 0.36) / 100_000), 4);
    expect(upper).toBeCloseTo(0.64 + 1.96 * Math.sqrt((0.64 * 0.36) / 100_000), 4);
  });

  test("refuses impossible counts", () => {
    expect(() => clopperPearsonInterval(3, 2)).toThrow(/3 successes of 2 trials/);
    expect(() => clopperPearsonInterval(0.5, 2)).toThrow(/whole/);
    expect(() => clopperPearsonInterval(0, 0)).toThrow(/trials ≥ 1/);
  });
});

describe("intervals of few or unequal clusters", () => {
  test("Student's quantiles are those of the tables", () => {
    const tabled: readonly (readonly [number, number])[] = [
      [1, 12.7062],
      [2, 4.3027],
      [4, 2.7764],
      [5, 2.5706],
      [10, 2.2281],
      [30, 2.0423],
      [1000, 1.9623],
    ];
    for (const [degrees, quantile] of tabled)
      expect(studentQuantile(degrees) / quantile, `${degrees} degrees`).toBeCloseTo(1, 2);
  });

  test("all right on 150 questions in groups of up to 18 leaves little doubt, and never none", () => {
    const clusters = alone(150).map((unit) => (unit < 18 ? 0 : unit < 30 ? 1 : unit));
    const estimate = meanInterval({ values: ones(150), bounds: [0, 1] }, ones(150), clusters, { seed: 1 })!;
    expect(estimate.interval[1]).toBe(1);
    expect(estimate.interval[0]).toBeGreaterThan(0.9);
    expect(estimate.interval[0]).toBeLessThan(1);
  });

  test("gains and losses are bounded apart: mirrored differences give the mirrored interval", () => {
    const clusters = alone(300).map((unit) => (unit < 40 ? 0 : unit));
    const values = Float64Array.from({ length: 300 }, (_, unit) => (unit < 296 ? 0 : unit < 299 ? 1 : -1));
    const bounds: Interval = [-1, 1];
    const { interval, method } = meanInterval({ values, bounds }, ones(300), clusters, { seed: 1 })!;
    const mirrored = meanInterval({ values: values.map((value) => -value), bounds }, ones(300), clusters, {
      seed: 1,
    })!.interval;
    expect(method).toBe("effective-counts");
    expect(mirrored[0]).toBeCloseTo(-interval[1], 12);
    expect(mirrored[1]).toBeCloseTo(-interval[0], 12);
    expect(interval[0]).toBeLessThan(2 / 300);
    expect(interval[1]).toBeGreaterThan(2 / 300);
  });
});

describe("meanInterval", () => {
  const random = seededRandom(12);
  const spread = Float64Array.from({ length: 400 }, () => random.next());
  const binary = Float64Array.from({ length: 400 }, () => random.nextInteger(2));
  const findMethod = ({ values, weights, clusters }: Sample): string =>
    meanInterval({ values, bounds: [0, 1] }, weights, clusters, { seed: 1 })!.method;

  test("picks the method that fits, and says which", () => {
    expect(findMethod(unweighted(binary))).toBe("clopper-pearson");
    expect(findMethod({ ...unweighted(binary), weights: binary.map((value) => 1 + value) })).toBe(
      "bootstrap",
    );
    expect(findMethod({ ...unweighted(binary), clusters: alone(400).map((unit) => unit >> 2) })).toBe(
      "betting",
    );
    const { values, weights, clusters } = unweighted(binary);
    // A difference that happened never to be -1 is not binary.
    expect(meanInterval({ values, bounds: [-1, 1] }, weights, clusters, { seed: 1 })!.method).toBe(
      "bootstrap",
    );
    expect(findMethod(unweighted(spread))).toBe("bootstrap");
    expect(findMethod(unweighted(spread.subarray(0, 199)))).toBe("betting");
    expect(findMethod(unweighted(spread.map((_, unit) => (unit < 5 ? 0.5 : 0))))).toBe("betting");
    expect(findMethod(unweighted(spread.map((_, unit) => (unit < 8 ? 0.5 : 0))))).toBe("bootstrap");
    expect(findMethod(unweighted(spread.map(() => 0.5)))).toBe("betting");
    const oneLarge = alone(400).map((unit) => Math.max(0, unit - 250));
    const sized = (values: Float64Array): Sample => ({ values, weights: ones(400), clusters: oneLarge });
    expect(findMethod(sized(spread))).toBe("effective-counts");
    expect(findMethod(sized(spread.map((value, unit) => (unit < 250 ? 0.5 : value))))).toBe("student");
  });

  test("the mean is the weighted mean of the units that count", () => {
    const estimate = meanInterval(
      { values: Float64Array.of(1, 0, Number.NaN, 0.5), bounds: [0, 1] },
      Float64Array.of(1, 3, 5, 0),
      Int32Array.of(4, 9, 9, 2),
      { seed: 1 },
    )!;
    expect(estimate).toMatchObject({ mean: 0.25, units: 2, clusters: 2, method: "betting" });
  });

  test("several columns share one bootstrap and come out as each alone", () => {
    const weights = ones(400);
    const clusters = alone(400);
    const shifted = spread.map((value, unit) => (unit % 5 === 0 ? Number.NaN : value / 2));
    const columns = [spread, binary, shifted].map((values) => ({ values, bounds: [0, 1] as const }));
    const together = meanIntervals(columns, weights, clusters, { seed: 3 });
    columns.forEach((column, index) => {
      expect(together[index]).toEqual(meanInterval(column, weights, clusters, { seed: 3 }));
    });
  });

  test("permuting the units changes nothing but rounding", () => {
    for (const length of [400, 120]) {
      const order = shuffledIndices(length, seededRandom(1));
      const values = spread.subarray(0, length);
      const clusters = alone(length).map((unit) => unit % Math.floor(length / 1.5));
      const estimate = meanInterval({ values, bounds: [0, 1] }, ones(length), clusters, { seed: 3 })!;
      const permuted = meanInterval(
        { values: values.map((_, unit) => values[order[unit]!]!), bounds: [0, 1] },
        ones(length),
        clusters.map((_, unit) => clusters[order[unit]!]!),
        { seed: 3 },
      )!;
      expect(permuted.interval[0]).toBeCloseTo(estimate.interval[0], 10);
      expect(permuted.interval[1]).toBeCloseTo(estimate.interval[1], 10);
    }
  });

  test("refuses values outside the bounds; nothing to measure is null", () => {
    const one = Int32Array.of(0);
    expect(() =>
      meanInterval({ values: Float64Array.of(1.5), bounds: [0, 1] }, ones(1), one, { seed: 1 }),
    ).toThrow(/value 1.5 of unit 0 lies outside \[0, 1\]/);
    expect(
      meanInterval({ values: Float64Array.of(Number.NaN), bounds: [0, 1] }, ones(1), one, { seed: 1 }),
    ).toBeNull();
  });
});

describe("clusteredMean", () => {
  test("one unit a cluster gives the usual standard error of a mean", () => {
    const { mean, standardError } = clusteredMean(Float64Array.of(1, 2, 3, 6), ones(4), alone(4));
    expect(mean).toBe(3);
    // Variance (4 + 1 + 0 + 9) / 3, over 4.
    expect(standardError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
  });

  test("copies within a cluster add nothing", () => {
    const single = clusteredMean(Float64Array.of(1, 2, 4), ones(3), alone(3));
    const copied = clusteredMean(Float64Array.of(1, 1, 2, 2, 4, 4), ones(6), Int32Array.of(0, 0, 1, 1, 2, 2));
    expect(copied.standardError).toBeCloseTo(single.standardError, 12);
    expect(copied).toMatchObject({ units: 6, clusters: 3 });
  });

  test("has no standard error with a single cluster", () => {
    expect(clusteredMean(Float64Array.of(1, 0), ones(2), Int32Array.of(3, 3)).standardError).toBeNaN();
  });

  test("agrees with the spread of the bootstrap", () => {
    const { values, weights, clusters } = clusteredSample(seededRandom(21), 400, 0.2, 0.1);
    const [lower, upper] = clusterBootstrapInterval(values, weights, clusters, { seed: 1 })!;
    const { standardError } = clusteredMean(values, weights, clusters);
    expect((upper - lower) / (2 * 1.96 * standardError)).toBeGreaterThan(0.93);
    expect((upper - lower) / (2 * 1.96 * standardError)).toBeLessThan(1.07);
  });
});
