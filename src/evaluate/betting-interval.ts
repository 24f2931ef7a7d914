import type { Interval } from "../types/index.ts";
import { seededRandom, shuffledIndices } from "../util/index.ts";
import { type ClusterSums, clusterPlaces, meanOfSums, sumByCluster } from "./cluster-sums.ts";

/** Bets are capped at this share of what could be lost, the c of the source. */
const BET_CAP = 0.75;
/** Chance that the interval misses. */
const ALPHA = 0.05;
/** Random orders of the clusters over which capital is averaged, so that the result hardly depends on the order. */
const ORDERS = 8;
/** Steps of the scan for each end, before it is refined by bisection. */
const SCAN_STEPS = 200;
const BISECTIONS = 30;

export interface BettingOptions {
  /** Range of the values; the interval is only right if no value can lie outside. */
  readonly bounds: Interval;
  /** Seed of the order in which clusters are bet on. */
  readonly seed: number;
}

/** The bets, laid out order after order: `ORDERS × clusters` entries each. */
interface Bets {
  readonly clusters: number;
  /** Cluster's numerator, brought to [0, share]. */
  readonly gain: Float64Array;
  /** Cluster's weight, as a share of the largest cluster's. */
  readonly share: Float64Array;
  /** Bet before this cluster is seen, from the earlier ones only. */
  readonly stake: Float64Array;
}

/**
 * A confidence interval, at 95 %, for a weighted mean of bounded values, that holds at every sample size without
 * any assumption on their distribution: hedged betting (Waudby-Smith & Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 2024, theorem 3). A gambler who bets against "the mean is m" can win much only if
 * it is not; the interval holds each m against which the capital stays below 1/0.05.
 *
 * Clusters: the mean θ is Σ A_g / Σ W_g (A_g the cluster's weighted sum, W_g its weight), so the bets are laid on
 * A_g − m·W_g, whose expectation is 0 at m = θ, scaled by the largest weight. With equal clusters this is the
 * source's method; with very unequal ones it is right but wide. Exact as long as the clusters' weights are known
 * beforehand and their values are drawn independently of them.
 *
 * Capital is averaged over seeded orders, which keeps it an e-value.
 *
 * @param values one a unit, within `bounds`; NaN where the unit does not count
 * @param weights one a unit, ≥ 0
 * @param clusters the cluster's number of each unit
 * @returns null where no unit counts
 * @throws ShapeError where the lengths differ or a weight is negative
 */
export function bettingInterval(
  values: Float64Array,
  weights: Float64Array,
  clusters: Int32Array,
  options: BettingOptions,
): Interval | null {
  const sums = sumByCluster(values, weights, clusterPlaces(clusters));
  return sums.units === 0 ? null : bettingIntervalOfSums(sums, options);
}

/** As {@link bettingInterval}, from sums by cluster with at least one unit. */
export function bettingIntervalOfSums(sums: ClusterSums, { bounds, seed }: BettingOptions): Interval {
  const [lower, upper] = bounds;
  const range = upper - lower;
  const center = Math.min(1, Math.max(0, (meanOfSums(sums) - lower) / range));
  const bets = layBets(sums, bounds, seed);
  return [lower + range * acceptedEnd(bets, 0, center), lower + range * acceptedEnd(bets, 1, center)];
}

/** Stakes of the predictable plug-in: √(2 ln(2/α) / (n · variance so far)). */
function layBets(sums: ClusterSums, [lower, upper]: Interval, seed: number): Bets {
  const present: number[] = [];
  let largest = 0;
  for (let place = 0; place < sums.denominators.length; place++) {
    const weight = sums.denominators[place]!;
    if (weight === 0) continue;
    present.push(place);
    largest = Math.max(largest, weight);
  }
  const clusters = present.length;
  const gain = new Float64Array(ORDERS * clusters);
  const share = new Float64Array(ORDERS * clusters);
  const stake = new Float64Array(ORDERS * clusters);
  const random = seededRandom(seed);
  const scale = (2 * Math.log(2 / ALPHA)) / clusters;
  const usual = usualShare(sums, present, largest);
  let entry = 0;
  for (let repeat = 0; repeat < ORDERS; repeat++) {
    // One imagined cluster of usual weight, its value in the middle, its variance the largest, starts both estimates.
    let gains = 0.5 * usual.mean;
    let shares = usual.mean;
    let squares = 0.25 * usual.meanSquare;
    let seen = 1;
    for (const turn of shuffledIndices(clusters, random)) {
      const place = present[turn]!;
      const weight = sums.denominators[place]!;
      const clusterGain = (sums.numerators[place]! - lower * weight) / ((upper - lower) * largest);
      const clusterShare = weight / largest;
      gain[entry] = clusterGain;
      share[entry] = clusterShare;
      stake[entry] = Math.sqrt((scale * seen) / squares);
      gains += clusterGain;
      shares += clusterShare;
      squares += (clusterGain - (gains / shares) * clusterShare) ** 2;
      seen++;
      entry++;
    }
  }
  return { clusters, gain, share, stake };
}

/** Mean and mean square of the clusters' weights, as shares of the largest. */
function usualShare(
  { denominators }: ClusterSums,
  present: readonly number[],
  largest: number,
): { mean: number; meanSquare: number } {
  let sum = 0;
  let squares = 0;
  for (const place of present) {
    const share = denominators[place]! / largest;
    sum += share;
    squares += share * share;
  }
  return { mean: sum / present.length, meanSquare: squares / present.length };
}

/** Capital won against "the mean is `mean`" by betting half on more and half on less, averaged over the orders. */
function capitalAgainst({ clusters, gain, share, stake }: Bets, mean: number): number {
  const capMore = BET_CAP / mean;
  const capLess = BET_CAP / (1 - mean);
  let total = 0;
  for (let start = 0; start < gain.length; start += clusters) {
    let more = 0.5;
    let less = 0.5;
    for (let entry = start; entry < start + clusters; entry++) {
      const surplus = gain[entry]! - mean * share[entry]!;
      const bet = stake[entry]!;
      more *= 1 + (bet < capMore ? bet : capMore) * surplus;
      less *= 1 - (bet < capLess ? bet : capLess) * surplus;
    }
    total += more + less;
  }
  return total / ORDERS;
}

/** Comes from `outside` (0 or 1) towards the center to the first mean that is not refuted. */
function acceptedEnd(bets: Bets, outside: number, center: number): number {
  let refuted = outside;
  for (let step = 0; step <= SCAN_STEPS; step++) {
    const candidate = outside + ((center - outside) * step) / SCAN_STEPS;
    if (capitalAgainst(bets, candidate) >= 1 / ALPHA) {
      refuted = candidate;
      continue;
    }
    if (step === 0) return outside;
    let accepted = candidate;
    for (let halving = 0; halving < BISECTIONS; halving++) {
      const middle = (refuted + accepted) / 2;
      if (capitalAgainst(bets, middle) >= 1 / ALPHA) refuted = middle;
      else accepted = middle;
    }
    return refuted;
  }
  return center;
}
