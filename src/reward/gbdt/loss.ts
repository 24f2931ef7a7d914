import { gbdtLayout, sigmoid } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";

const { OBJECTIVE_LOGISTIC, OBJECTIVE_SQUARED_ERROR } = gbdtLayout;

/** What the trees minimize: log-loss of the success counts, or squared error of the success rates. */
export type Objective = "binary:logistic" | "reg:squarederror";

/** Exponent of the grid gradients lie on: -30, unless the log is so large that sums would not be exact. */
const FINEST_GRID = -30;
/** Bits of an f64's significand less one for the sign of differences. */
const SUM_BITS = 52;

/** Gradients lie on multiples of 2^-30, so that sums of up to 2^22 of them are exact and their order is free. */
function gridFor(totalTrials: number, largestGradient: number): number {
  const total = Math.max(totalTrials, 1) * Math.max(largestGradient, 1);
  return 2 ** Math.max(FINEST_GRID, Math.ceil(Math.log2(total)) - SUM_BITS);
}

/** Where the margins start so that they stand for `baseScore`, a success probability in (0, 1). */
export function toMargin(objective: Objective, baseScore: number): number {
  return objective === "binary:logistic" ? Math.log(baseScore / (1 - baseScore)) : baseScore;
}

/** The success probability a margin stands for. */
export function toProbability(objective: Objective, margin: number): number {
  return objective === "binary:logistic" ? sigmoid(margin) : Math.min(1, Math.max(0, margin));
}

/** The kernels' number of an objective. */
export function objectiveNumber(objective: Objective): number {
  return objective === "binary:logistic" ? OBJECTIVE_LOGISTIC : OBJECTIVE_SQUARED_ERROR;
}

/** Takes the pairs that are not sampled out of a round. */
export function leaveOut(isSampled: (pair: number) => boolean, pairs: Float64Array): void {
  for (let pair = 0; pair < pairs.length / 2; pair++) {
    if (isSampled(pair)) continue;
    pairs[2 * pair] = 0;
    pairs[2 * pair + 1] = 0;
  }
}

/** The grid that sums over these rewards need. */
export function chooseGrid(objective: Objective, margins: Float64Array, { trials }: RewardMatrix): number {
  let total = 0;
  for (let pair = 0; pair < trials.length; pair++) total += trials[pair]!;
  let largest = 1;
  if (objective === "reg:squarederror")
    for (let pair = 0; pair < margins.length; pair++)
      largest = Math.max(largest, Math.abs(margins[pair]!) + 1);
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
