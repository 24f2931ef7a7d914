import type { RewardMatrix, RewardModelQuality } from "../types/index.ts";
import { auc, withinQueryAuc } from "./auc.ts";
import { calibrationBins, expectedCalibrationError, logLoss } from "./calibration.ts";
import { classification } from "./classification.ts";
import { labeledPairs } from "./labeled-pairs.ts";

/**
 * How well predicted rewards agree with observed ones, over the pairs that have both labels and a prediction. A
 * pair with s successes of t trials counts as s right and t − s wrong labels; to let each question count once,
 * give mean rewards with 1 trial, or weights.
 *
 * @param predictions queries × prompts, row-major, in [0, 1]; NaN where there is none
 * @param columns prompts to look at, e.g. only the held-out ones; all by default
 * @param rowWeights one a query, ≥ 0; 1 by default
 * @returns null where no pair has both
 * @throws ShapeError where sizes disagree or a column does not exist
 */
export function rewardModelQuality(
  predictions: Float64Array,
  rewards: RewardMatrix,
  columns?: ArrayLike<number>,
  rowWeights?: Float64Array,
): RewardModelQuality | null {
  const pairs = labeledPairs(predictions, rewards, columns, rowWeights);
  const classes = classification(pairs);
  if (classes === null) return null;
  return {
    pairs: pairs.length,
    accuracy: classes.accuracy,
    precision: classes.precision,
    auc: auc(pairs),
    withinQueryAuc: withinQueryAuc(pairs),
    logLoss: logLoss(pairs)!,
    ece: expectedCalibrationError(calibrationBins(pairs))!,
  };
}
