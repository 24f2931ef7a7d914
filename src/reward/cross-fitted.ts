import type { RewardMatrix } from "../types/index.ts";
import { foldRows } from "./fold-rows.ts";
import { withoutRows } from "./without-rows.ts";

/**
 * Predictions of questions left out of the fit, made with hyperparameters that are not chosen on these questions
 * either: a fold's are chosen on the other folds. Chosen on all, the best of several predictions of a question would be
 * picked by its own label, and look better than it is (Varma and Simon, BMC Bioinformatics 7, 2006).
 * @param folds of each question
 * @param predict chooses hyperparameters on the rewards it is given and returns its predictions of every question, Q × P,
 * each made without the question's own group
 * @returns Q × P
 */
export function crossFitted(
  rewards: RewardMatrix,
  folds: Int32Array,
  predict: (visible: RewardMatrix) => Float64Array,
): Float64Array {
  const { prompts } = rewards;
  const predictions = new Float64Array(rewards.queries * prompts);
  for (const { inside } of foldRows(folds)) {
    const predicted = predict(withoutRows(rewards, inside));
    for (const row of inside)
      predictions.set(predicted.subarray(row * prompts, (row + 1) * prompts), row * prompts);
  }
  return predictions;
}
