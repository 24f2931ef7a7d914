import { symmetricEigen } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";

/**
 * Orthogonal directions in the space of a pattern's prompts, K of them: what the prompts share (how hard a question
 * is) usually comes first, then contrasts between them. Row-major K × K, a direction a row.
 */
export type PromptDirections = Float64Array;

/**
 * The principal directions of the prompts' rewards about their means, weighted by trials. Rewards of prompts rise and
 * fall together from question to question, so that the shared direction holds far more signal than the contrasts on
 * which a choice depends; along principal directions each can be shrunk as much as it needs (the coregionalized
 * kernel model: Bonilla, Chai and Williams, Multi-task Gaussian Process Prediction, NIPS 2007, with the task
 * covariance diagonalized).
 * @param means P long, mean success of each prompt
 */
export function promptDirections(
  rewards: RewardMatrix,
  pattern: TrialPattern,
  means: Float64Array,
): PromptDirections {
  const size = pattern.prompts.length;
  const covariance = new Float64Array(size * size);
  const residual = new Float64Array(size);
  for (let i = 0; i < pattern.labeled.length; i++) {
    writeRewards(rewards, pattern, pattern.labeled[i]!, residual);
    for (let k = 0; k < size; k++) residual[k]! -= means[pattern.prompts[k]!]!;
    for (let k = 0; k < size; k++)
      for (let l = 0; l <= k; l++)
        covariance[k * size + l]! += pattern.trials[i]! * residual[k]! * residual[l]!;
  }
  return symmetricEigen(covariance, size).vectors;
}

/**
 * For each direction the position of the penalty whose left-out predictions come nearest to the rewards along it, in
 * squared error weighted by trials. Ties go to the stronger, later penalty.
 * @param predicted one Q × P array a penalty, weakest penalty first: each question predicted without its group
 */
export function chooseDirectionPenalties(
  rewards: RewardMatrix,
  pattern: TrialPattern,
  directions: PromptDirections,
  predicted: readonly Float64Array[],
): Int32Array {
  const size = pattern.prompts.length;
  const losses = predicted.map(() => new Float64Array(size));
  const error = new Float64Array(size);
  for (let i = 0; i < pattern.labeled.length; i++) {
    const query = pattern.labeled[i]!;
    for (const [penalty, predictions] of predicted.entries()) {
      writeRewards(rewards, pattern, query, error);
      for (let k = 0; k < size; k++) error[k]! -= predictions[query * rewards.prompts + pattern.prompts[k]!]!;
      for (let direction = 0; direction < size; direction++) {
        const along = dot(directions, direction * size, error);
        losses[penalty]![direction]! += pattern.trials[i]! * along * along;
      }
    }
  }
  return Int32Array.from({ length: size }, (_, direction) =>
    losses.reduce(
      (best, loss, penalty) => (loss[direction]! <= losses[best]![direction]! ? penalty : best),
      0,
    ),
  );
}

/**
 * Takes each direction from the array of its own penalty and puts them together again. Predictions and coefficients
 * are linear in the rewards, so that both can be combined so.
 * @param sources one rows × P array a penalty
 * @param chosen for each direction the position of its penalty
 * @param target rows × P; the columns of the pattern's prompts are written
 */
export function combineDirections(
  sources: readonly Float64Array[],
  prompts: number,
  pattern: TrialPattern,
  directions: PromptDirections,
  chosen: Int32Array,
  target: Float64Array,
): void {
  const size = pattern.prompts.length;
  const values = new Float64Array(size);
  const combined = new Float64Array(size);
  for (let start = 0; start < target.length; start += prompts) {
    combined.fill(0);
    for (let direction = 0; direction < size; direction++) {
      const source = sources[chosen[direction]!]!;
      for (let k = 0; k < size; k++) values[k] = source[start + pattern.prompts[k]!]!;
      const along = dot(directions, direction * size, values);
      for (let k = 0; k < size; k++) combined[k]! += along * directions[direction * size + k]!;
    }
    for (let k = 0; k < size; k++) target[start + pattern.prompts[k]!] = combined[k]!;
  }
}

/** Mean rewards of one labeled question under the pattern's prompts. */
function writeRewards(
  rewards: RewardMatrix,
  pattern: TrialPattern,
  query: number,
  target: Float64Array,
): void {
  for (let k = 0; k < target.length; k++) {
    const entry = query * rewards.prompts + pattern.prompts[k]!;
    target[k] = rewards.successes[entry]! / rewards.trials[entry]!;
  }
}

function dot(rows: Float64Array, start: number, values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += rows[start + k]! * values[k]!;
  return sum;
}
