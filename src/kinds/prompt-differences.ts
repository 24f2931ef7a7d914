import { type ClusteredMean, clusteredMean } from "../evaluate/index.ts";
import type { RewardMatrix } from "../types/index.ts";

/** Success of each prompt on each question, NaN where it was not tried: one array a prompt. */
export function successByPrompt(rewards: RewardMatrix): Float64Array[] {
  return Array.from({ length: rewards.prompts }, (_, column) =>
    Float64Array.from({ length: rewards.queries }, (_, query) => {
      const pair = query * rewards.prompts + column;
      const trials = rewards.trials[pair]!;
      return trials === 0 ? Number.NaN : rewards.successes[pair]! / trials;
    }),
  );
}

/** Success of each prompt minus the fixed prompt's on the same question. */
export function differencesFrom(fixedColumn: number, success: readonly Float64Array[]): Float64Array[] {
  return success.map((values) => values.map((value, query) => value - success[fixedColumn]![query]!));
}

/** The questions of each kind, ascending. */
export function questionsByKind(kinds: Int32Array, kindCount: number): Int32Array[] {
  const everywhere = Int32Array.from(kinds.keys());
  return Array.from({ length: kindCount }, (_, kind) => everywhere.filter((query) => kinds[query] === kind));
}

/** The entries of some questions, each of weight 1. */
export function selectQuestions(
  values: Float64Array,
  groups: Int32Array,
  queries: Int32Array,
): { values: Float64Array; weights: Float64Array; groups: Int32Array } {
  return {
    values: Float64Array.from(queries, (query) => values[query]!),
    weights: new Float64Array(queries.length).fill(1),
    groups: Int32Array.from(queries, (query) => groups[query]!),
  };
}

/** Mean over some questions, questions of one group counting as one for its standard error. */
export function meanOverQuestions(
  values: Float64Array,
  groups: Int32Array,
  queries: Int32Array,
): ClusteredMean {
  const part = selectQuestions(values, groups, queries);
  return clusteredMean(part.values, part.weights, part.groups);
}
