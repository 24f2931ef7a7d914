import type { Interval } from "../types/index.ts";
import { type ClusterSums, clusterInfluences, meanOfSums } from "./cluster-sums.ts";

/** 97.5 % quantiles of Student's t for 1 to 3 degrees of freedom, where the expansion below is too coarse. */
const FEW_DEGREES: readonly number[] = [12.7062, 4.3027, 3.1824];
/** Sums may miss a whole number by rounding; the order of the units must not decide on which side. */
const ROUNDING = 1e-9;
const NORMAL_QUANTILE = 1.959963984540054;

/**
 * The clustered mean ± Student's t times its clustered standard error, clipped to the bounds. Degrees of freedom are
 * those of the variance, counted by how many clusters it rests on, (Σ u²)² / Σ u⁴ − 1 over the clusters' influences u,
 * rounded down: few large clusters make the interval as wide as few clusters would (Satterthwaite's approximation, as
 * in Bell and McCaffrey, Survey Methodology 28, 2002).
 * @param carriers (Σ u²)² / Σ u⁴, at least 2
 */
export function studentIntervalOfSums(
  sums: ClusterSums,
  carriers: number,
  [lower, upper]: Interval,
): Interval {
  const mean = meanOfSums(sums);
  let squares = 0;
  for (const influence of clusterInfluences(sums)) squares += influence ** 2;
  let total = 0;
  let clusters = 0;
  for (const denominator of sums.denominators) {
    total += denominator;
    if (denominator > 0) clusters++;
  }
  const standardError = Math.sqrt((squares * clusters) / (clusters - 1)) / total;
  const margin = studentQuantile(Math.max(1, Math.floor(carriers - 1 + ROUNDING))) * standardError;
  return [Math.max(lower, mean - margin), Math.min(upper, mean + margin)];
}

/** 97.5 % quantile of Student's t (Cornish–Fisher expansion; Abramowitz & Stegun 26.7.5), to .2 % from 4 degrees on. */
export function studentQuantile(degrees: number): number {
  const few = FEW_DEGREES[degrees - 1];
  if (few !== undefined) return few;
  const z = NORMAL_QUANTILE;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
