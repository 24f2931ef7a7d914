import type { RewardMatrix } from "../types/index.ts";

/** Prompts whose mean success is this much below the fixed prompt's, or more, can hardly ever be the better choice. */
const RIVAL_MARGIN = 0.2;

/**
 * What hyperparameters are chosen by: the weighted mean squared error of the predicted *contrasts*
 * r(x, π) - r(x, fixed), over the prompts within {@link RIVAL_MARGIN} of the fixed one (over all others where none
 * is) and the questions where both are labeled. A choice between prompts depends on contrasts alone, and the error of
 * what all prompts share at a question would drown them. Where no question has both labels (logs that tried one
 * prompt a question): the weighted mean squared error of the rewards themselves.
 * @param predicted Q × P, each question predicted without its own group
 * @param means P long, mean success of each prompt
 */
export function contrastLoss(
  rewards: RewardMatrix,
  predicted: Float64Array,
  fixedColumn: number,
  means: Float64Array,
): number {
  const { prompts } = rewards;
  const others = Array.from({ length: prompts }, (_, prompt) => prompt).filter(
    (prompt) => prompt !== fixedColumn,
  );
  const rivals = others.filter((prompt) => means[prompt]! > means[fixedColumn]! - RIVAL_MARGIN);
  for (const compared of [rivals, others]) {
    const loss = contrasts(rewards, predicted, fixedColumn, compared);
    if (loss !== null) return loss;
  }
  return pointwise(rewards, predicted);
}

function contrasts(
  { queries, prompts, successes, trials }: RewardMatrix,
  predicted: Float64Array,
  fixedColumn: number,
  compared: readonly number[],
): number | null {
  let sum = 0;
  let weights = 0;
  for (let query = 0; query < queries; query++) {
    const fixed = query * prompts + fixedColumn;
    if (trials[fixed] === 0) continue;
    for (const prompt of compared) {
      const entry = query * prompts + prompt;
      if (trials[entry] === 0) continue;
      // Precision of a difference of two means, so that with equal trials it is their number.
      const weight = 2 / (1 / trials[entry]! + 1 / trials[fixed]!);
      const observed = successes[entry]! / trials[entry]! - successes[fixed]! / trials[fixed]!;
      const error = observed - (predicted[entry]! - predicted[fixed]!);
      sum += weight * error * error;
      weights += weight;
    }
  }
  return weights === 0 ? null : sum / weights;
}

function pointwise({ successes, trials }: RewardMatrix, predicted: Float64Array): number {
  let sum = 0;
  let weights = 0;
  for (let entry = 0; entry < trials.length; entry++) {
    if (trials[entry] === 0) continue;
    const error = successes[entry]! / trials[entry]! - predicted[entry]!;
    sum += trials[entry]! * error * error;
    weights += trials[entry]!;
  }
  return weights === 0 ? 0 : sum / weights;
}

/**
 * Position of the predictions with the least loss; of equals the first.
 * @param candidates one Q × P array a choice of hyperparameters
 */
export function leastContrastLoss(
  rewards: RewardMatrix,
  candidates: readonly Float64Array[],
  fixedColumn: number,
  means: Float64Array,
): number {
  const losses = candidates.map((predicted) => contrastLoss(rewards, predicted, fixedColumn, means));
  return losses.indexOf(Math.min(...losses));
}
