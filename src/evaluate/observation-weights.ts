import type { RewardMatrix } from "../types/index.ts";

/**
 * Weights of the questions on which all of some prompts are labeled, so that they stand for all questions that might
 * have been asked: the given weight over the probability of being labeled under all of them. That is the smallest of
 * the prompts' propensities where a prompt that is rarely asked is asked together with all others, as
 * `oirl collect --strategy` does; the log's own weights where it has no propensities.
 * @param weights one a question, ≥ 0
 * @param columns prompts that must be labeled
 */
export function observationWeights(
  { prompts, inversePropensity }: RewardMatrix,
  weights: Float64Array,
  columns: ArrayLike<number>,
): Float64Array {
  if (inversePropensity === undefined) return weights;
  return weights.map((weight, query) => {
    let most = 0;
    for (let index = 0; index < columns.length; index++) {
      const own = inversePropensity[query * prompts + columns[index]!]!;
      // NaN where the question was never asked: it stands for none.
      if (own > most) most = own;
    }
    return weight * most;
  });
}
