import { seededRandom } from "../util/index.ts";
import type { ClusterSums } from "./cluster-sums.ts";

/** How a bootstrap is drawn. */
export interface BootstrapOptions {
  readonly seed: number;
  /**
   * Number of resamples.
   * @default 2000
   */
  readonly resamples?: number;
}

/**
 * Draws the clusters anew, with replacement, and takes every mean of each draw: the joint bootstrap of several
 * weighted means over the same clusters. The i-th entries of all results come from the same draw.
 *
 * Drawing costs more than summing, so means that share clusters should be resampled in one call.
 *
 * @returns one array a mean, `resamples` long; NaN where a draw holds no unit that counts
 */
export function resampleMeans(
  means: readonly ClusterSums[],
  clusters: number,
  { seed, resamples = 2000 }: BootstrapOptions,
): Float64Array[] {
  const random = seededRandom(seed);
  const results = means.map(() => new Float64Array(resamples));
  const twins = means.map((mean) => means.findIndex((other) => haveEqualDenominators(mean, other)));
  const totals = new Float64Array(means.length);
  const times = new Float64Array(clusters);
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0);
    for (let draw = 0; draw < clusters; draw++) {
      const cluster = random.nextInteger(clusters);
      times[cluster] = times[cluster]! + 1;
    }
    for (let index = 0; index < means.length; index++) {
      const { numerators, denominators } = means[index]!;
      const twin = twins[index]!;
      totals[index] = twin === index ? dot(times, denominators) : totals[twin]!;
      results[index]![resample] = dot(times, numerators) / totals[index]!;
    }
  }
  return results;
}

/** Means over the same units have the same denominators, which need summing only once. */
function haveEqualDenominators(one: ClusterSums, other: ClusterSums): boolean {
  return one.denominators.every((denominator, cluster) => denominator === other.denominators[cluster]);
}

/** `Σ times · sums` */
function dot(times: Float64Array, sums: Float64Array): number {
  let total = 0;
  for (let cluster = 0; cluster < times.length; cluster++) total += times[cluster]! * sums[cluster]!;
  return total;
}
