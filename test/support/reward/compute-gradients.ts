import { fillGradients } from "../../../src/kernels/index.ts";
import { chooseGrid, leaveOut, type Objective, objectiveNumber } from "../../../src/reward/gbdt/loss.ts";
import type { RewardMatrix } from "../../../src/types/index.ts";

/**
 * Derivatives of the loss, as the kernels' gradients stage leaves them.
 * @param margins Q × P
 * @param isSampled tells whether a pair takes part in this round
 * @param pairs 2 × Q × P, (g, h) of each pair; 0 for pairs that are unknown or not sampled, h > 0 for all others
 */
export function computeGradients(
  objective: Objective,
  margins: Float64Array,
  rewards: RewardMatrix,
  isSampled: ((pair: number) => boolean) | null,
  pairs: Float64Array,
): void {
  const { successes, trials } = rewards;
  fillGradients(
    objectiveNumber(objective),
    margins,
    successes,
    trials,
    chooseGrid(objective, margins, rewards),
    pairs,
  );
  if (isSampled !== null) leaveOut(isSampled, pairs);
}
