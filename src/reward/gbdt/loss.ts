import type { RewardMatrix } from "../../types/index.ts";

/** What the trees minimise: log-loss of the success counts, or squared error of the success rates. */
export type Objective = "binary:logistic" | "reg:squarederror";

/** Exponent of the grid gradients lie on: -30, unless the log is so large that sums would not be exact. */
const FINEST_GRID = -30;
/** Bits of an f64's significand less one for the sign of differences. */
const SUM_BITS = 52;

/** Gradients lie on multiples of 2^-30, so that sums of up to 2^22 of them are exact and their order is free. */
export function gridFor(totalTrials: number, largestGradient: number): number {
  const total = Math.max(totalTrials, 1) * Math.max(largestGradient, 1);
  return 2 ** Math.max(FINEST_GRID, Math.ceil(Math.log2(total)) - SUM_BITS);
}

/** 1 / (1 + exp(-margin)). */
export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

/** Where the margins start so that they stand for `baseScore`, a success probability in (0, 1). */
export function marginOf(objective: Objective, baseScore: number): number {
  return objective === "binary:logistic" ? Math.log(baseScore / (1 - baseScore)) : baseScore;
}

/** The success probability a margin stands for. */
export function probabilityOf(objective: Objective, margin: number): number {
  return objective === "binary:logistic" ? sigmoid(margin) : Math.min(1, Math.max(0, margin));
}

/**
 * First and second derivatives of the loss by the margins, rounded to the grid. A pair counts as often as it was
 * tried; for logistic loss g = n·p - s and h = n·p·(1 - p), for squared error g = n·m - s and h = n.
 * @param margins Q × P
 * @param isSampled tells whether a pair takes part in this round
 * @param pairs 2 × Q × P, (g, h) of each pair; 0 for pairs that are unknown or not sampled, h > 0 for all others
 * @returns number of those others
 */
export function computeGradients(
  objective: Objective,
  margins: Float64Array,
  rewards: RewardMatrix,
  isSampled: ((pair: number) => boolean) | null,
  pairs: Float64Array,
): number {
  const { successes, trials } = rewards;
  const grid = gridOf(objective, margins, rewards);
  const scale = 1 / grid;
  let known = 0;
  for (let pair = 0; pair < margins.length; pair++) {
    const count = trials[pair]!;
    if (count === 0 || (isSampled !== null && !isSampled(pair))) {
      pairs[2 * pair] = 0;
      pairs[2 * pair + 1] = 0;
      continue;
    }
    known++;
    let gradient: number;
    let hessian: number;
    if (objective === "binary:logistic") {
      const probability = sigmoid(margins[pair]!);
      gradient = count * probability - successes[pair]!;
      hessian = count * probability * (1 - probability);
    } else {
      gradient = count * margins[pair]! - successes[pair]!;
      hessian = count;
    }
    pairs[2 * pair] = Math.round(gradient * scale) * grid;
    pairs[2 * pair + 1] = Math.max(Math.round(hessian * scale), 1) * grid;
  }
  return known;
}

function gridOf(objective: Objective, margins: Float64Array, { trials }: RewardMatrix): number {
  let total = 0;
  let largest = 1;
  for (let pair = 0; pair < trials.length; pair++) {
    total += trials[pair]!;
    if (objective === "reg:squarederror") largest = Math.max(largest, Math.abs(margins[pair]!) + 1);
  }
  return gridFor(total, largest);
}

/** Mean loss over the trials: log-loss, or squared error of the rate. 0 where there are none. */
export function meanLoss(
  objective: Objective,
  margins: Float64Array,
  { successes, trials }: RewardMatrix,
): number {
  let loss = 0;
  let total = 0;
  for (let pair = 0; pair < margins.length; pair++) {
    const count = trials[pair]!;
    if (count === 0) continue;
    const rate = successes[pair]! / count;
    const margin = margins[pair]!;
    // log(1 + e^m) - rate·m, written so that large margins do not overflow
    loss +=
      objective === "binary:logistic"
        ? count * (Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) - rate * margin)
        : count * (margin - rate) ** 2;
    total += count;
  }
  return total === 0 ? 0 : loss / total;
}
