import type { RewardMatrix } from "../../types/index.ts";
import type { WhatToLogNext } from "./doctor-types.ts";

/** Standard errors at which a difference is significant. */
const SIGNIFICANT = 1.96;

/**
 * Which further answers would decide most: between the two best prompts, of those seldom tried, and of the whole grid.
 * @param ids of the prompts, in column order
 */
export function findWhatToLogNext(matrix: RewardMatrix, ids: readonly string[]): WhatToLogNext {
  const { queries, prompts, trials } = matrix;
  const questions = ids.map((_, column) => {
    let tried = 0;
    for (let query = 0; query < queries; query++) if (trials[query * prompts + column]! > 0) tried++;
    return tried;
  });
  const most = Math.max(...questions);
  const rarelyTried = ids
    .map((prompt, column) => ({ prompt, questions: questions[column]! }))
    .filter((entry) => entry.questions < most / 2)
    .sort((one, other) => one.questions - other.questions);
  const missingAnswers = queries * prompts - questions.reduce((sum, tried) => sum + tried, 0);
  return { closest: compareBest(matrix, ids), rarelyTried, missingAnswers };
}

function compareBest(
  { queries, prompts, successes, trials }: RewardMatrix,
  ids: readonly string[],
): WhatToLogNext["closest"] {
  const means = ids.map((_, column) => {
    let sum = 0;
    let tried = 0;
    for (let query = 0; query < queries; query++) {
      const pair = query * prompts + column;
      if (trials[pair] === 0) continue;
      tried++;
      sum += successes[pair]! / trials[pair]!;
    }
    return tried === 0 ? Number.NEGATIVE_INFINITY : sum / tried;
  });
  const [first, second] = [...ids.keys()].sort((one, other) => means[other]! - means[one]! || one - other);
  if (first === undefined || second === undefined) return null;
  const differences: number[] = [];
  for (let query = 0; query < queries; query++) {
    const one = query * prompts + first;
    const other = query * prompts + second;
    if (trials[one]! > 0 && trials[other]! > 0)
      differences.push(successes[one]! / trials[one]! - successes[other]! / trials[other]!);
  }
  const shared = differences.length;
  if (shared < 2) return null;
  const difference = differences.reduce((sum, value) => sum + value, 0) / shared;
  const variance = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0) / (shared - 1);
  const needed = Math.ceil((SIGNIFICANT / difference) ** 2 * variance);
  return {
    best: ids[first]!,
    second: ids[second]!,
    difference,
    standardError: Math.sqrt(variance / shared),
    questions: shared,
    questionsNeeded: Number.isFinite(needed) && difference > 0 ? Math.max(0, needed - shared) : null,
  };
}
