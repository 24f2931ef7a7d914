import { propensities } from "./allocation-round.ts";
import type { AllocationRound, SlotRewards } from "./allocation-types.ts";

/**
 * Success of each prompt over all slots, though it was not asked in all: rewards weighted by the inverse of their
 * propensity, the weights normalized (Hájek). Plain means would be too low for prompts that were dropped after bad luck.
 * @returns NaN for a prompt that never gave an answer
 */
export function weightedMeans(
  rounds: readonly AllocationRound[],
  rewards: SlotRewards,
  prompts: number,
): Float64Array {
  const sums = new Float64Array(prompts);
  const weights = new Float64Array(prompts);
  for (const { firstSlot, slots, rule } of rounds) {
    const chance = propensities(rule, prompts);
    for (const slot of rewards.slice(firstSlot, firstSlot + slots))
      slot.forEach((reward, prompt) => {
        if (Number.isNaN(reward)) return;
        sums[prompt]! += reward / chance[prompt]!;
        weights[prompt]! += 1 / chance[prompt]!;
      });
  }
  return sums.map((sum, prompt) => sum / weights[prompt]!);
}
