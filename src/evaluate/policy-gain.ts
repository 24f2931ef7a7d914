import type { Interval, RewardMatrix } from "../types/index.ts";
import { clopperPearsonInterval } from "./clopper-pearson-interval.ts";
import { clusterPlaces, sumByCluster } from "./cluster-sums.ts";
import { computeCorrection, doublyRobustDifferences, type Policy, toProbabilities } from "./doubly-robust.ts";
import { scoreInterval } from "./score-interval.ts";

/** A policy and the fixed prompt it is compared with. */
export interface PolicyPair {
  readonly chosen: Policy;
  readonly fixed: Policy;
}

/** What a policy's gain over a fixed prompt is estimated from: U units by P prompts. */
export interface PolicyGainInput extends PolicyPair {
  readonly rewards: RewardMatrix;
  /** U × P: rewards predicted without any label of the unit's group. */
  readonly predicted: Float64Array;
  /** U long, ≥ 0. */
  readonly weights: Float64Array;
  /** U long. */
  readonly clusters: Int32Array;
  /**
   * Where each unit's policy was learned by a fold that left it out: what other folds, which have seen the unit, do with
   * it. One is enough, say the next fold's; more make the standard error steadier. Absent for one policy that saw none
   * of the units.
   */
  readonly otherFolds?: { readonly folds: number; readonly policies: readonly PolicyPair[] };
}

/** How much more a policy succeeds than the fixed prompt. Fractions. */
export interface PolicyGain {
  readonly mean: number;
  /**
   * Of the mean, by cluster, as if all units had one policy: two imagined clusters keep it from vanishing where few
   * choices differ. Never 0.
   */
  readonly standardError: number;
  /** The same, with what folds that learn from each other's units add. */
  readonly crossFittedError: number;
  /** At 95 %, by the cross-fitted error; within ± the share of the questions whose choice may differ. */
  readonly interval: Interval;
  /** Units that count. */
  readonly units: number;
  /** Clusters with such a unit. */
  readonly clusters: number;
  /** Clusters in which a choice differs from the fixed prompt. */
  readonly movedClusters: number;
  /** Weighted share of the units whose choice differs. */
  readonly moved: number;
}

/**
 * The mean of {@link doublyRobustDifferences} with its error and interval. In a complete log, the mean paired
 * difference.
 *
 * The error of cross-fitting: folds whose policies were learned from each other's units err together, since luck in one
 * fold moves what the other chooses. Where choices are thresholds of sums over the training units, the covariance of two
 * folds' sums is a fixed share of the squared score differences by which their policies disagree ({@link covarianceShare});
 * where all folds choose alike it is 0. Without it the interval of an unstable choice covers 75 to 90 %
 * (`npm run measure:coverage`).
 * @returns null where no unit counts
 * @throws ShapeError where sizes disagree, or a prediction that is needed is not finite
 */
export function policyGain(input: PolicyGainInput): PolicyGain | null {
  const { rewards, predicted, weights, clusters, chosen, fixed, otherFolds } = input;
  const differences = doublyRobustDifferences(rewards, predicted, chosen, fixed);
  const places = clusterPlaces(clusters);
  const sums = sumByCluster(differences, weights, places);
  if (sums.units === 0) return null;
  const movement = measureMovement(input);
  const counted = weights.map((weight, unit) => (Number.isNaN(differences[unit]!) ? 0 : weight));
  const moved = sumByCluster(movement.moved, counted, places);
  const movedClusters = moved.numerators.filter((sum) => sum > 0).length;
  const most = mostMoved(sums.denominators, moved.numerators);
  const options = { unseen: movement.unseen, bounds: [-most, most] } as const;
  let disagreement = 0;
  for (const other of otherFolds?.policies ?? []) {
    const theirs = doublyRobustDifferences(rewards, predicted, other.chosen, other.fixed);
    const apart = sumByCluster(
      differences.map((difference, unit) => difference - theirs[unit]!),
      weights,
      places,
    );
    for (const sum of apart.numerators) disagreement += sum * sum;
  }
  const alone = scoreInterval(sums, options);
  const together =
    otherFolds === undefined || otherFolds.policies.length === 0
      ? alone
      : scoreInterval(sums, {
          ...options,
          furtherSquares:
            ((otherFolds.folds - 1) / otherFolds.policies.length) *
            covarianceShare(otherFolds.folds) *
            disagreement,
        });
  let total = 0;
  let totalMoved = 0;
  let present = 0;
  sums.denominators.forEach((weight, place) => {
    total += weight;
    totalMoved += moved.numerators[place]!;
    if (weight > 0) present++;
  });
  return {
    mean: alone.mean,
    standardError: alone.standardError,
    crossFittedError: together.standardError,
    interval: together.interval,
    units: sums.units,
    clusters: present,
    movedClusters,
    moved: totalMoved / total,
  };
}

/**
 * Covariance of two of K folds' sums over the expected squared difference that their policies' disagreement makes to one
 * fold's sum. For a choice between two prompts by the sign of a sum of K − 1 independent normal fold sums of variance
 * σ²: the covariance is E[σ² φ(R/σ)²] = σ² / (2π √(2K − 3)), R the sum of the K − 2 folds both have; two policies
 * disagree with probability arccos((K − 2)/(K − 1)) / π. Where one choice is better, both shrink alike. .26 with 5 folds.
 */
function covarianceShare(folds: number): number {
  return 1 / (2 * Math.sqrt(2 * folds - 3) * Math.acos((folds - 2) / (folds - 1)));
}

/** How much of each unit the policy moves, and what one more answer of a moved unit would stand for. */
function measureMovement({ rewards, chosen, fixed }: PolicyGainInput): {
  readonly moved: Float64Array;
  readonly unseen: number;
} {
  const { queries, prompts } = rewards;
  const there = toProbabilities(chosen, queries, prompts);
  const here = toProbabilities(fixed, queries, prompts);
  const moved = new Float64Array(queries);
  // Over the pairs there are, of which each observed one stands for so many.
  const movedPairs = { count: 0, sum: 0 };
  const allPairs = { count: 0, sum: 0 };
  for (let cell = 0; cell < there.length; cell++) {
    const difference = Math.abs(there[cell]! - here[cell]!);
    if (difference > 0) moved[Math.floor(cell / prompts)]! += difference / 2;
    const correction = computeCorrection(rewards, cell);
    if (!(correction > 0)) continue;
    for (const pairs of difference > 0 ? [movedPairs, allPairs] : [allPairs]) {
      pairs.count += correction;
      pairs.sum += correction ** 2;
    }
  }
  const { count, sum } = movedPairs.count > 0 ? movedPairs : allPairs;
  return { moved, unseen: sum / count };
}

/** Upper bound, at 97.5 %, of the share of the questions whose choice differs: no gain or loss is larger. */
function mostMoved(weights: Float64Array, moved: Float64Array): number {
  let total = 0;
  let squares = 0;
  for (const weight of weights) {
    total += weight;
    squares += weight * weight;
  }
  const trials = Math.max(1, Math.floor(total ** 2 / squares));
  const share = moved.reduce((sum, weight) => sum + weight, 0) / total;
  // Sums of weights may miss a whole number by rounding.
  return clopperPearsonInterval(Math.min(trials, Math.ceil(share * trials - 1e-9)), trials)[1];
}
