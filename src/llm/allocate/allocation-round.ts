import type { AllocationRound, AllocationRule, AllocationSettings } from "./allocation-types.ts";
import { derivedRandom } from "./slot-order.ts";

/**
 * Chance with which a slot is put to all prompts, whatever the rule. It keeps every prompt's propensity above zero, and
 * since it is the whole slot that is drawn, comparisons of any prompts on the same question stay possible.
 */
export const WHOLE_SLOT_CHANCE = 0.1;

/**
 * Probability with which each prompt is asked in a slot of this round, given all that was observed before: what
 * interactions keep as their propensity.
 */
export function propensities(rule: AllocationRule, prompts: number): Float64Array {
  if (rule.kind === "survivors") {
    const result = new Float64Array(prompts).fill(WHOLE_SLOT_CHANCE);
    for (const prompt of rule.survivors) result[prompt] = 1;
    return result;
  }
  const { chances } = rule;
  return Float64Array.from(chances, (chance, prompt) => {
    // First, or second after each of the others.
    let asked = chance;
    chances.forEach((other, first) => {
      if (first !== prompt) asked += (other * chance) / (1 - other);
    });
    return Math.min(1, WHOLE_SLOT_CHANCE + (1 - WHOLE_SLOT_CHANCE) * asked);
  });
}

/** The prompts a slot is put to, ascending: drawn by the seed and the slot alone. */
export function promptsOfSlot(
  { prompts, seed }: Pick<AllocationSettings, "prompts" | "seed">,
  rule: AllocationRule,
  slot: number,
): number[] {
  const random = derivedRandom(seed, "slot", slot);
  if (random.next() < WHOLE_SLOT_CHANCE) return Array.from({ length: prompts }, (_, prompt) => prompt);
  if (rule.kind === "survivors") return [...rule.survivors];
  const first = draw(rule.chances, random.next());
  const others = rule.chances.map((chance, prompt) => (prompt === first ? 0 : chance));
  return [first, draw(others, random.next())].sort((a, b) => a - b);
}

/**
 * A round of as many slots from `firstSlot` on as the calls suffice for. A slot is begun only where they suffice for all
 * prompts: if it depended on what the slot draws whether it is in, that draw would no longer have its chances.
 * @param mostSlots not more than these
 * @returns undefined where they do not suffice for one, or no slot is left
 */
export function roundWithin(
  settings: AllocationSettings,
  rule: AllocationRule,
  firstSlot: number,
  mostCalls: number,
  mostSlots: number = Number.POSITIVE_INFINITY,
): AllocationRound | undefined {
  const end = Math.min(firstSlot + mostSlots, settings.questions * settings.repeats);
  let slot = firstSlot;
  let calls = 0;
  for (; slot < end && calls + settings.prompts <= mostCalls; slot++)
    calls += promptsOfSlot(settings, rule, slot).length;
  return slot === firstSlot ? undefined : { firstSlot, slots: slot - firstSlot, calls, rule };
}

/** An index drawn in proportion to the weights; `uniform` in [0, 1). */
function draw(weights: readonly number[], uniform: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = uniform * total;
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = index;
    left -= weight;
    if (left < 0) return index;
  }
  return last;
}
