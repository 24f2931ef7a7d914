import type { RewardMatrix } from "../types/index.ts";

/** Prompts that were tried on the same questions equally often: one linear system serves them all. */
export interface TrialPattern {
  /** Columns of the reward matrix. */
  readonly prompts: Int32Array;
  /** Questions with at least one trial, ascending. */
  readonly labeled: Int32Array;
  /** The other questions, ascending. */
  readonly unlabeled: Int32Array;
  /** Number of trials of each labeled question. */
  readonly trials: Float64Array;
}

/** Groups the prompts by identical columns of trials, in order of their first prompt. A complete log has one pattern. */
export function trialPatterns(rewards: RewardMatrix): TrialPattern[] {
  const { queries, prompts, trials } = rewards;
  const members: number[][] = [];
  for (let prompt = 0; prompt < prompts; prompt++) {
    const same = members.find(([first]) => sameTrials(rewards, first!, prompt));
    if (same === undefined) members.push([prompt]);
    else same.push(prompt);
  }
  return members.map((columns) => {
    const first = columns[0]!;
    const labeled: number[] = [];
    const unlabeled: number[] = [];
    for (let query = 0; query < queries; query++) {
      if (trials[query * prompts + first]! > 0) labeled.push(query);
      else unlabeled.push(query);
    }
    return {
      prompts: Int32Array.from(columns),
      labeled: Int32Array.from(labeled),
      unlabeled: Int32Array.from(unlabeled),
      trials: Float64Array.from(labeled, (query) => trials[query * prompts + first]!),
    };
  });
}

function sameTrials({ queries, prompts, trials }: RewardMatrix, one: number, other: number): boolean {
  for (let query = 0; query < queries; query++) {
    if (trials[query * prompts + one] !== trials[query * prompts + other]) return false;
  }
  return true;
}

/** Mean number of trials over the pairs that have any; 1 where none has. */
export function meanTrials(rewards: RewardMatrix): number {
  let sum = 0;
  let pairs = 0;
  for (const trials of rewards.trials) {
    if (trials === 0) continue;
    sum += trials;
    pairs++;
  }
  return pairs === 0 ? 1 : sum / pairs;
}
