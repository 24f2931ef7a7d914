import { roundWithin } from "./allocation-round.ts";
import type { AllocationRound, AllocationRule, AllocationSettings, SlotRewards } from "./allocation-types.ts";
import { chancesOfBest } from "./chances-of-best.ts";

/** Share of the calls that a bandit spends on all prompts alike before it begins to choose. */
const WARM_UP_SHARE = 0.2;
/** Rounds of a bandit after that. */
const BANDIT_ROUNDS = 20;

/**
 * Decides the next round from the rewards of all rounds before.
 *
 * Halving (sequential halving: Karnin, Koren and Somekh, ICML 2013): ⌈log₂ prompts⌉ rounds of equally many calls; after
 * each, the better half of the prompts goes on. Bandit (top-two Thompson sampling: Russo, Operations Research 2020): a
 * fifth of the calls goes to all prompts alike, then each slot has two prompts drawn by their chances of being best.
 *
 * @returns undefined where the calls are used up, or every question was asked as often as allowed
 */
export function nextRound(
  settings: AllocationSettings,
  rounds: readonly AllocationRound[],
  rewards: SlotRewards,
): AllocationRound | undefined {
  const used = rounds.reduce((sum, { calls }) => sum + calls, 0);
  const last = rounds.at(-1);
  const firstSlot = last === undefined ? 0 : last.firstSlot + last.slots;
  const left = settings.calls - used;
  const { rule, share } =
    settings.strategy === "halving"
      ? halvingRule(settings, rounds, rewards)
      : banditRule(settings, rounds, rewards);
  // A share too small for a single slot must not end it while calls are left.
  return (
    roundWithin(settings, rule, firstSlot, left * share) ?? roundWithin(settings, rule, firstSlot, left, 1)
  );
}

/** How many rounds there are at most, when no calls are added later. */
function plannedRounds({ strategy, prompts }: AllocationSettings): number {
  return strategy === "halving" ? Math.ceil(Math.log2(prompts)) : 1 + BANDIT_ROUNDS;
}

/** Mean reward of each prompt over the slots in which it was asked; NaN where it never was. */
export function plainMeans(rewards: SlotRewards, prompts: number): Float64Array {
  const sums = new Float64Array(prompts);
  const counts = new Float64Array(prompts);
  for (const slot of rewards)
    slot.forEach((reward, prompt) => {
      if (Number.isNaN(reward)) return;
      sums[prompt]! += reward;
      counts[prompt]! += 1;
    });
  return sums.map((sum, prompt) => sum / counts[prompt]!);
}

interface SharedRule {
  readonly rule: AllocationRule;
  /** Of the calls that are left. */
  readonly share: number;
}

function halvingRule(
  settings: AllocationSettings,
  rounds: readonly AllocationRound[],
  rewards: SlotRewards,
): SharedRule {
  const planned = plannedRounds(settings);
  const last = rounds.at(-1)?.rule;
  const before = last?.kind === "survivors" ? last.survivors : everyPrompt(settings);
  // After the last planned round, which has two prompts, added calls go to these two.
  const isHalved = last !== undefined && rounds.length < planned;
  const survivors = isHalved ? betterHalf(before, plainMeans(rewards, settings.prompts)) : before;
  return { rule: { kind: "survivors", survivors }, share: 1 / Math.max(1, planned - rounds.length) };
}

function betterHalf(prompts: readonly number[], means: Float64Array): number[] {
  // A prompt that never gave an answer comes last; ties go to the one that stands first.
  const success = (prompt: number): number => (Number.isNaN(means[prompt]!) ? -1 : means[prompt]!);
  return [...prompts]
    .sort((a, b) => success(b) - success(a) || a - b)
    .slice(0, Math.ceil(prompts.length / 2))
    .sort((a, b) => a - b);
}

function banditRule(
  settings: AllocationSettings,
  rounds: readonly AllocationRound[],
  rewards: SlotRewards,
): SharedRule {
  if (rounds.length === 0)
    return { rule: { kind: "survivors", survivors: everyPrompt(settings) }, share: WARM_UP_SHARE };
  const chances = [...chancesOfBest(rewards, settings.prompts, settings.seed)];
  return {
    rule: { kind: "pair", chances },
    share: 1 / Math.max(1, BANDIT_ROUNDS + 1 - rounds.length),
  };
}

function everyPrompt({ prompts }: AllocationSettings): number[] {
  return Array.from({ length: prompts }, (_, prompt) => prompt);
}
