import { clusterPlaces, sumByCluster } from "../../../src/evaluate/cluster-sums.ts";
import { percentileInterval } from "../../../src/evaluate/percentile-interval.ts";
import { type BootstrapOptions, resampleMeans } from "../../../src/evaluate/resample-means.ts";
import type { Interval } from "../../../src/types/index.ts";

/**
 * The percentile bootstrap interval, at 95 %, of a weighted mean whose units are drawn in clusters. For a paired
 * comparison give the differences as values.
 *
 * What tests and simulations measure `meanInterval` against, which chooses among several intervals.
 *
 * @param values one a unit; NaN where the unit does not count
 * @param weights one a unit, ≥ 0
 * @param clusters the cluster's number of each unit; units of one cluster are drawn together
 * @returns null where no unit counts
 * @throws ShapeError where the lengths differ or a weight is negative
 */
export function clusterBootstrapInterval(
  values: Float64Array,
  weights: Float64Array,
  clusters: Int32Array,
  options: BootstrapOptions,
): Interval | null {
  const places = clusterPlaces(clusters);
  const sums = sumByCluster(values, weights, places);
  if (sums.units === 0) return null;
  return percentileInterval(resampleMeans([sums], places.count, options)[0]!);
}
