import type { RewardMatrix } from "../types/index.ts";

/** The matrix with every label of these questions taken away. */
export function withoutRows(rewards: RewardMatrix, rows: Iterable<number>): RewardMatrix {
  const { prompts } = rewards;
  const successes = rewards.successes.slice();
  const trials = rewards.trials.slice();
  for (const row of rows) {
    successes.fill(0, row * prompts, (row + 1) * prompts);
    trials.fill(0, row * prompts, (row + 1) * prompts);
  }
  return { ...rewards, successes, trials };
}
