import type { RewardMatrix } from "../types/index.ts";
import { computeCorrection } from "./doubly-robust.ts";

/**
 * What each unit tells of every candidate's cost, doubly robust as of success (see `doublyRobustTable`): what is missing
 * is predicted, and the predictions corrected by what was paid. An answer whose cost was not logged costs as predicted.
 * @param rewards of the observation design, for what each answer stands for
 * @param sums costs added up, units × candidates
 * @param counts how many costs each sum has
 * @param predicted units × candidates, without the unit's own costs
 * @returns units × candidates; NaN where the unit tells nothing
 */
export function costTable(
  rewards: RewardMatrix,
  sums: Float64Array,
  counts: Float64Array,
  predicted: Float64Array,
): Float64Array {
  return predicted.map((cost, cell) => {
    const correction = computeCorrection(rewards, cell);
    if (counts[cell] === 0) return Number.isNaN(correction) ? Number.NaN : cost;
    return cost + correction * (sums[cell]! / counts[cell]! - cost);
  });
}
