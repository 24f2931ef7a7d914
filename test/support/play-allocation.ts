import {
  type AllocationRound,
  type AllocationSettings,
  nextRound,
  promptsOfSlot,
  SlotOrder,
} from "../../src/llm/index.ts";

/** All rounds of an adaptive collection whose rewards are known beforehand: for studies, and for tests. */
export function playAllocation(
  settings: AllocationSettings,
  drawReward: (question: number, prompt: number, repetition: number) => number,
): { readonly rounds: readonly AllocationRound[]; readonly rewards: readonly Float64Array[] } {
  const order = new SlotOrder(settings.questions, settings.repeats, settings.seed);
  const rounds: AllocationRound[] = [];
  const rewards: Float64Array[] = [];
  for (;;) {
    const round = nextRound(settings, rounds, rewards);
    if (round === undefined) return { rounds, rewards };
    rounds.push(round);
    for (let slot = round.firstSlot; slot < round.firstSlot + round.slots; slot++) {
      const observed = new Float64Array(settings.prompts).fill(Number.NaN);
      for (const prompt of promptsOfSlot(settings, round.rule, slot))
        observed[prompt] = drawReward(order.question(slot), prompt, order.repetition(slot));
      rewards.push(observed);
    }
  }
}
