import type { RewardMatrix } from "../../types/index.ts";
import type { NeverBest } from "./doctor-types.ts";

/** On fewer questions nobody can say that a prompt is never best. */
const MIN_QUESTIONS = 20;
/** -ln .05: where something was seen on none of n questions, its share is below this over n, at 95 %. */
const RULE_OF_THREE = 3;

/**
 * Prompts that were strictly better than all others on no question: choosing by question cannot gain by them.
 * @param ids of the prompts, in column order
 */
export function findNeverBest(
  { queries, prompts, successes, trials }: RewardMatrix,
  ids: readonly string[],
): NeverBest[] {
  const compared = new Int32Array(prompts);
  const wins = new Int32Array(prompts);
  for (let query = 0; query < queries; query++) {
    const means: [column: number, mean: number][] = [];
    for (let column = 0; column < prompts; column++) {
      const pair = query * prompts + column;
      if (trials[pair]! > 0) means.push([column, successes[pair]! / trials[pair]!]);
    }
    if (means.length < 2) continue;
    const best = Math.max(...means.map(([, mean]) => mean));
    const winners = means.filter(([, mean]) => mean === best);
    for (const [column] of means) compared[column]! += 1;
    if (winners.length === 1) wins[winners[0]![0]]! += 1;
  }
  return ids.flatMap((prompt, column) => {
    const questions = compared[column]!;
    return questions >= MIN_QUESTIONS && wins[column] === 0
      ? [{ prompt, questions, atMost: Math.min(1, RULE_OF_THREE / questions) }]
      : [];
  });
}
