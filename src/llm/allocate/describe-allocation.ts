import type { AllocationRound, AllocationSettings, SlotRewards, Strategy } from "./allocation-types.ts";
import { chanceOfBetter, chancesOfBest } from "./chances-of-best.ts";
import { plainMeans } from "./next-round.ts";
import { weightedMeans } from "./weighted-means.ts";

/** A prompt that was put to fewer slots from some round on. */
export interface DroppedPrompt {
  readonly promptId: string;
  /** Mean reward so far. */
  readonly success: number | null;
  /** Chance that it is better than the prompt that led then, by the questions both were put to. */
  readonly chanceBetter: number;
}

/** What an adaptive collection did. */
export interface AllocationSummary {
  readonly strategy: Strategy;
  readonly rounds: readonly {
    readonly calls: number;
    /** Questions asked, repeats counted. */
    readonly slots: number;
    /** Prompts that were put to all its slots; null where each slot had two, drawn by chance. */
    readonly prompts: readonly string[] | null;
    /** Before this round. */
    readonly dropped: readonly DroppedPrompt[];
  }[];
  readonly leader: string;
  readonly prompts: readonly {
    readonly promptId: string;
    readonly answers: number;
    /** Over all slots, weighted by inverse propensity; null without answers. */
    readonly success: number | null;
    /** Chance that it is better than the leader, by the questions both were put to; 0 for the leader itself. */
    readonly chanceBetter: number;
  }[];
}

/** Says what was dropped when, how sure that was, and where the prompts stand now. */
export function describeAllocation(
  settings: AllocationSettings,
  rounds: readonly AllocationRound[],
  rewards: SlotRewards,
  promptIds: readonly string[],
): AllocationSummary {
  const { prompts, seed } = settings;
  const means = weightedMeans(rounds, rewards, prompts);
  const leader = findLeader(settings, rounds, rewards);
  const answers = new Int32Array(prompts);
  for (const slot of rewards)
    slot.forEach((reward, prompt) => {
      if (!Number.isNaN(reward)) answers[prompt]! += 1;
    });
  return {
    strategy: settings.strategy,
    rounds: rounds.map((round, index) => ({
      calls: round.calls,
      slots: round.slots,
      prompts:
        round.rule.kind === "survivors" ? round.rule.survivors.map((prompt) => promptIds[prompt]!) : null,
      dropped: droppedBefore(settings, rounds, index, rewards, promptIds),
    })),
    leader: promptIds[leader]!,
    prompts: promptIds.map((promptId, prompt) => ({
      promptId,
      answers: answers[prompt]!,
      success: numberOrNull(means[prompt]!),
      chanceBetter: prompt === leader ? 0 : chanceOfBetter(rewards, prompt, leader, seed),
    })),
  };
}

/** The prompt to use: of those still competing the one with the highest mean, or the one most likely to be best. */
export function findLeader(
  { prompts, seed, strategy }: AllocationSettings,
  rounds: readonly AllocationRound[],
  rewards: SlotRewards,
): number {
  if (strategy === "bandit") return highest(chancesOfBest(rewards, prompts, seed));
  const last = rounds.at(-1)?.rule;
  const means = plainMeans(rewards, prompts);
  return last?.kind === "survivors" ? highest(means, last.survivors) : highest(means);
}

function droppedBefore(
  { prompts, seed }: AllocationSettings,
  rounds: readonly AllocationRound[],
  index: number,
  rewards: SlotRewards,
  promptIds: readonly string[],
): DroppedPrompt[] {
  const rule = rounds[index]!.rule;
  const earlier = rounds[index - 1]?.rule;
  if (rule.kind !== "survivors" || earlier?.kind !== "survivors") return [];
  const then = rewards.slice(0, rounds[index]!.firstSlot);
  const means = plainMeans(then, prompts);
  const leader = highest(means, rule.survivors);
  return earlier.survivors
    .filter((prompt) => !rule.survivors.includes(prompt))
    .map((prompt) => ({
      promptId: promptIds[prompt]!,
      success: numberOrNull(means[prompt]!),
      chanceBetter: chanceOfBetter(then, prompt, leader, seed),
    }));
}

function highest(values: Float64Array, among: readonly number[] = [...values.keys()]): number {
  return among.reduce((best, index) =>
    values[index]! > values[best]! || Number.isNaN(values[best]!) ? index : best,
  );
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
