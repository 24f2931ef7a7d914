import { clusterInfluences, clusterPlaces, meanOfSums, sumByCluster } from "./cluster-sums.ts";

/** A weighted mean and its standard error by cluster. */
export interface ClusteredMean {
  /** NaN where no unit counts. */
  readonly mean: number;
  /** 0 where all clusters agree; NaN with fewer than two clusters. */
  readonly standardError: number;
  readonly units: number;
  /** Clusters with at least one unit that counts. */
  readonly clusters: number;
}

/**
 * The weighted mean with its clustered standard error, that of a ratio estimator:
 * √(G/(G−1) · Σ_g (Σ_{i∈g} w_i (v_i − mean))²) / Σ w, over the G clusters (Cochran, Sampling Techniques, 3rd ed.,
 * section 2.11). Units with value NaN or weight 0 do not count.
 * @throws ShapeError where the lengths differ or a weight is negative
 */
export function clusteredMean(
  values: Float64Array,
  weights: Float64Array,
  clusters: Int32Array,
): ClusteredMean {
  const sums = sumByCluster(values, weights, clusterPlaces(clusters));
  let total = 0;
  let count = 0;
  for (const denominator of sums.denominators) {
    total += denominator;
    if (denominator > 0) count++;
  }
  let squares = 0;
  for (const influence of clusterInfluences(sums)) squares += influence * influence;
  return {
    mean: meanOfSums(sums),
    standardError: count < 2 ? Number.NaN : Math.sqrt((squares * count) / (count - 1)) / total,
    units: sums.units,
    clusters: count,
  };
}
