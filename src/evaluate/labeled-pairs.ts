import { ShapeError } from "../errors.ts";
import type { RewardMatrix } from "../types/index.ts";

/**
 * (question, prompt) pairs that have both labels and a prediction, row by row. A pair with s successes of t trials
 * in a row of weight w counts as w·s positives and w·(t − s) negatives, all with the same prediction.
 */
export interface LabeledPairs {
  readonly length: number;
  /** Row of the reward matrix; ascending. */
  readonly row: Int32Array;
  /** Predicted success probability, in [0, 1]. */
  readonly prediction: Float64Array;
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * Collects the pairs of a matrix that have trials and a prediction (not NaN).
 * @param predictions queries × prompts, row-major
 * @param columns prompts to look at; all by default
 * @param rowWeights one a query, ≥ 0; 1 by default. Rows of weight 0 are left out.
 * @throws ShapeError where sizes disagree or a column does not exist
 */
export function labeledPairs(
  predictions: Float64Array,
  rewards: RewardMatrix,
  columns: ArrayLike<number> = Int32Array.from({ length: rewards.prompts }, (_, column) => column),
  rowWeights?: Float64Array,
): LabeledPairs {
  checkSizes(predictions, rewards, columns, rowWeights);
  const most = rewards.queries * columns.length;
  const row = new Int32Array(most);
  const prediction = new Float64Array(most);
  const positives = new Float64Array(most);
  const negatives = new Float64Array(most);
  let length = 0;
  for (let query = 0; query < rewards.queries; query++) {
    const weight = rowWeights === undefined ? 1 : rowWeights[query]!;
    if (weight === 0) continue;
    for (let index = 0; index < columns.length; index++) {
      const cell = query * rewards.prompts + columns[index]!;
      const trials = rewards.trials[cell]!;
      const predicted = predictions[cell]!;
      if (trials === 0 || Number.isNaN(predicted)) continue;
      row[length] = query;
      prediction[length] = predicted;
      positives[length] = weight * rewards.successes[cell]!;
      negatives[length] = weight * (trials - rewards.successes[cell]!);
      length++;
    }
  }
  return {
    length,
    row: row.subarray(0, length),
    prediction: prediction.subarray(0, length),
    positives: positives.subarray(0, length),
    negatives: negatives.subarray(0, length),
  };
}

function checkSizes(
  predictions: Float64Array,
  rewards: RewardMatrix,
  columns: ArrayLike<number>,
  rowWeights: Float64Array | undefined,
): void {
  const cells = rewards.queries * rewards.prompts;
  for (const [name, found] of [
    ["predictions", predictions.length],
    ["successes", rewards.successes.length],
    ["trials", rewards.trials.length],
  ] as const) {
    if (found === cells) continue;
    throw new ShapeError(
      `${name} must be ${rewards.queries} queries × ${rewards.prompts} prompts = ${cells} long, found ${found}`,
    );
  }
  if (rowWeights !== undefined && rowWeights.length !== rewards.queries) {
    throw new ShapeError(
      `rowWeights must have one entry for each of ${rewards.queries} queries, found ${rowWeights.length}`,
    );
  }
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]!;
    if (Number.isInteger(column) && column >= 0 && column < rewards.prompts) continue;
    throw new ShapeError(`column ${column} does not exist: there are ${rewards.prompts} prompts`);
  }
}
