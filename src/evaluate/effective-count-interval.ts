import type { Interval } from "../types/index.ts";
import { clopperPearsonInterval } from "./clopper-pearson-interval.ts";

const TAIL = 0.025;

/**
 * An interval at 95 % that does not rest on the variance seen, for means that hardly any cluster moves: what lies above
 * 0 and what lies below are counted apart as successes of so many independent trials as the clusters are worth,
 * n = (Σ w)² / Σ w² with w the clusters' weights (Kish), and bounded by Clopper and Pearson (the approach of Korn and
 * Graubard, Survey Methodology 24, 1998). Values between the bounds have less variance than such counts, so that the
 * interval is, if anything, too wide.
 * @param values NaN where a unit does not count
 * @param weights one a unit, ≥ 0
 * @param clusterWeights Σ weight of each cluster
 * @param bounds of the values; the lower at most 0, the upper above 0
 */
export function effectiveCountInterval(
  values: Float64Array,
  weights: Float64Array,
  clusterWeights: Float64Array,
  [lower, upper]: Interval,
): Interval {
  let total = 0;
  let squares = 0;
  for (const weight of clusterWeights) {
    total += weight;
    squares += weight ** 2;
  }
  const trials = Math.max(1, Math.floor(total ** 2 / squares));
  let above = 0;
  let below = 0;
  for (let unit = 0; unit < values.length; unit++) {
    const value = values[unit]!;
    if (Number.isNaN(value)) continue;
    above += weights[unit]! * Math.max(0, value);
    below += weights[unit]! * Math.max(0, -value);
  }
  if (lower === 0) {
    const [least, most] = rateInterval(above / total / upper, trials, TAIL);
    return [least * upper, most * upper];
  }
  const gains = rateInterval(above / total / upper, trials, TAIL / 2);
  const losses = rateInterval(below / total / -lower, trials, TAIL / 2);
  return [gains[0] * upper + losses[1] * lower, gains[1] * upper + losses[0] * lower];
}

/** Clopper–Pearson for a rate that need not be a whole number of successes: each side from the nearest count beyond. */
function rateInterval(rate: number, trials: number, tail: number): Interval {
  const successes = Math.min(1, Math.max(0, rate)) * trials;
  // Sums of weights may miss a whole number by rounding.
  const fewest = Math.floor(successes + 1e-9);
  const most = Math.ceil(successes - 1e-9);
  return [clopperPearsonInterval(fewest, trials, tail)[0], clopperPearsonInterval(most, trials, tail)[1]];
}
