/** How calls are spread over prompts: all alike, or more of them where prompts still compete. */
export type Strategy = "uniform" | "halving" | "bandit";

/** What the rounds of an adaptive collection follow from, besides the rewards. */
export interface AllocationSettings {
  readonly strategy: Exclude<Strategy, "uniform">;
  /** Number of questions, ≥ 1. */
  readonly questions: number;
  /** Number of prompts, ≥ 2. */
  readonly prompts: number;
  /** How often each question may be asked, ≥ 1. */
  readonly repeats: number;
  /** Most calls of all rounds together. */
  readonly calls: number;
  readonly seed: number;
}

/** Which prompts a slot is put to, where it is not put to all. */
export type AllocationRule =
  /** To each of these prompts. */
  | { readonly kind: "survivors"; readonly survivors: readonly number[] }
  /** To two: the first drawn with these chances of being best, the second likewise among the others. */
  | { readonly kind: "pair"; readonly chances: readonly number[] };

/**
 * Some consecutive slots and their rule. A slot is one question asked once, under one or more prompts; slots stand in a
 * random order that nothing observed can change.
 */
export interface AllocationRound {
  readonly firstSlot: number;
  /** ≥ 1. */
  readonly slots: number;
  /** Calls they take together. */
  readonly calls: number;
  readonly rule: AllocationRule;
}

/** Rewards by slot, then by prompt: NaN where a prompt was not asked, or gave no answer. */
export type SlotRewards = readonly Float64Array[];
