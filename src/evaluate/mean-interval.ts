import { ShapeError } from "../errors.ts";
import type { Interval } from "../types/index.ts";
import { bettingIntervalOfSums } from "./betting-interval.ts";
import { clopperPearsonInterval } from "./clopper-pearson-interval.ts";
import {
  type ClusterPlaces,
  type ClusterSums,
  clusterInfluences,
  clusterPlaces,
  meanOfSums,
  sumByCluster,
} from "./cluster-sums.ts";
import { effectiveCountInterval } from "./effective-count-interval.ts";
import { percentileInterval } from "./percentile-interval.ts";
import { type BootstrapOptions, resampleMeans } from "./resample-means.ts";
import { scoreInterval } from "./score-interval.ts";
import { studentIntervalOfSums } from "./student-interval.ts";

/** Fewer clusters than this, and the bootstrap's coverage is not to be relied on. */
const MIN_BOOTSTRAP_CLUSTERS = 200;
/** So many clusters, at least, must carry the variance (see {@link varianceCarriers}). */
const MIN_VARIANCE_CARRIERS = 6;

/** Clusters weighing up to this many times the mean count as of much the same size. */
const MAX_UNEQUAL = 2;

/** How an interval was found. */
export type IntervalMethod =
  | "clopper-pearson"
  | "betting"
  | "student"
  | "effective-counts"
  | "bootstrap"
  | "scores";

/** A weighted mean with its interval at 95 %. */
export interface MeanEstimate {
  readonly mean: number;
  readonly interval: Interval;
  readonly method: IntervalMethod;
  /** Units that count. */
  readonly units: number;
  /** Clusters with at least one such unit. */
  readonly clusters: number;
}

/** Values of all units, NaN where a unit does not count, and the range no mean can leave. */
export interface BoundedValues {
  readonly values: Float64Array;
  /** One a unit, ≥ 0, in place of the weights that all columns share. */
  readonly weights?: Float64Array;
  /** Without `unseen`, no value can leave it either. */
  readonly bounds: Interval;
  /** Given for scores (`doublyRobustScores`), which may leave the bounds: how many answers one more would stand for. */
  readonly unseen?: number;
}

/**
 * The weighted mean of bounded values in clusters, with the interval that fits the data:
 * - Clopper–Pearson, exact, where values are 0 or 1, the bounds too, weights equal and clusters of one unit;
 * - where the clusters are of much the same size, betting, exact, with fewer than 200 of them or where fewer than 6
 *   carry the variance; betting must count with the largest cluster, so that unequal ones would make it void;
 * - otherwise Student's t on the clustered standard error with fewer than 200 clusters, and Clopper–Pearson on as many
 *   trials as the clusters are worth where fewer than 6 carry the variance;
 * - the percentile cluster bootstrap with 200 clusters or more;
 * - for scores, Student's t on a standard error that allows for what has not been seen (`scoreInterval`).
 *
 * @returns null where no unit counts
 * @throws ShapeError where the lengths differ, a weight is negative or a value lies outside the bounds
 */
export function meanInterval(
  column: BoundedValues,
  weights: Float64Array,
  clusters: Int32Array,
  options: BootstrapOptions,
): MeanEstimate | null {
  return meanIntervals([column], weights, clusters, options)[0]!;
}

/** As {@link meanInterval} for several columns over the same units; one bootstrap serves all. */
export function meanIntervals(
  columns: readonly BoundedValues[],
  weights: Float64Array,
  clusters: Int32Array,
  options: BootstrapOptions,
): (MeanEstimate | null)[] {
  const places = clusterPlaces(clusters);
  const sums = columns.map((column) => {
    checkBounds(column);
    return sumByCluster(column.values, column.weights ?? weights, places);
  });
  const methods = sums.map((sum, index) =>
    pickMethod(sum, columns[index]!, columns[index]!.weights ?? weights, places),
  );
  const bootstrapped = sums.filter((_, index) => methods[index] === "bootstrap");
  const resampled = bootstrapped.length > 0 ? resampleMeans(bootstrapped, places.count, options) : [];
  return sums.map((sum, index) => {
    const method = methods[index]!;
    if (method === null) return null;
    const mean = meanOfSums(sum);
    const { values, bounds, weights: own = weights, unseen = 1 } = columns[index]!;
    const intervals: Record<IntervalMethod, () => Interval> = {
      "clopper-pearson": () => clopperPearsonInterval(Math.round(mean * sum.units), sum.units),
      betting: () => bettingIntervalOfSums(sum, { bounds, seed: options.seed }),
      student: () => studentIntervalOfSums(sum, varianceCarriers(sum), bounds),
      "effective-counts": () => effectiveCountInterval(values, own, sum.denominators, bounds),
      bootstrap: () => percentileInterval(resampled[bootstrapped.indexOf(sum)]!),
      scores: () => scoreInterval(sum, { bounds, unseen }).interval,
    };
    const interval = intervals[method]();
    return { mean, interval, method, units: sum.units, clusters: presentClusters(sum) };
  });
}

function pickMethod(
  sums: ClusterSums,
  { values, bounds: [lower, upper], unseen }: BoundedValues,
  weights: Float64Array,
  places: ClusterPlaces,
): IntervalMethod | null {
  if (sums.units === 0) return null;
  if (unseen !== undefined) return "scores";
  const clusters = presentClusters(sums);
  // A difference in [-1, 1] that happened to be 0 or 1 each time is not binary.
  const mayBeBinary = lower === 0 && upper === 1 && clusters === sums.units;
  if (mayBeBinary && isBinaryWithEqualWeights(values, weights, places)) return "clopper-pearson";
  const isMany = clusters >= MIN_BOOTSTRAP_CLUSTERS;
  // Sums may miss a whole number by rounding; the order of the units must not decide on which side.
  const isCarriedByFew = varianceCarriers(sums) < MIN_VARIANCE_CARRIERS - 1e-9;
  if (isMany && !isCarriedByFew) return "bootstrap";
  if (haveSimilarSizes(sums, clusters)) return "betting";
  return isCarriedByFew ? "effective-counts" : "student";
}

/** Whether no cluster weighs more than twice the mean. */
function haveSimilarSizes({ denominators }: ClusterSums, clusters: number): boolean {
  let largest = 0;
  let total = 0;
  for (const denominator of denominators) {
    largest = Math.max(largest, denominator);
    total += denominator;
  }
  return largest <= (MAX_UNEQUAL * total) / clusters;
}

/**
 * How many clusters the variance rests on, (Σ u²)² / Σ u⁴ over the clusters' influences u: the number of differing
 * clusters where few differ at all, and less than that where a few large clusters dominate. 0 where none differs.
 */
function varianceCarriers(sums: ClusterSums): number {
  let squares = 0;
  let fourths = 0;
  for (const influence of clusterInfluences(sums)) {
    squares += influence ** 2;
    fourths += influence ** 4;
  }
  return fourths === 0 ? 0 : squares ** 2 / fourths;
}

function presentClusters(sums: ClusterSums): number {
  let count = 0;
  for (const denominator of sums.denominators) if (denominator > 0) count++;
  return count;
}

function isBinaryWithEqualWeights(
  values: Float64Array,
  weights: Float64Array,
  places: ClusterPlaces,
): boolean {
  let weightSeen = 0;
  for (let unit = 0; unit < places.places.length; unit++) {
    const value = values[unit]!;
    const weight = weights[unit]!;
    if (Number.isNaN(value) || weight === 0) continue;
    if (value !== 0 && value !== 1) return false;
    if (weightSeen !== 0 && weight !== weightSeen) return false;
    weightSeen = weight;
  }
  return true;
}

function checkBounds({ values, bounds: [lower, upper], unseen }: BoundedValues): void {
  if (unseen !== undefined) return;
  // Means of counts may overshoot by rounding.
  const slack = 1e-9 * (upper - lower);
  for (let unit = 0; unit < values.length; unit++) {
    const value = values[unit]!;
    if (value < lower - slack || value > upper + slack) {
      throw new ShapeError(`value ${value} of unit ${unit} lies outside [${lower}, ${upper}]`);
    }
  }
}
