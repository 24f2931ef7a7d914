import { argmaxColumn } from "./argmax-column.ts";

/** Below this score of every training prompt the reference turns to the held-out prompts. */
const TRUST = 0.5;

/**
 * The reference's deployed rule: the best-scored training prompt, unless every training prompt scores below 0.5;
 * then the best-scored held-out prompt. Ties as in `argmaxColumn`.
 * @returns -1 where no candidate has a score
 */
export function hybridColumn(
  scores: Float64Array,
  rowStart: number,
  trainingColumns: ArrayLike<number>,
  heldOutColumns: ArrayLike<number>,
  fixedColumn: number,
): number {
  const trained = argmaxColumn(scores, rowStart, trainingColumns, fixedColumn);
  if (trained !== -1 && scores[rowStart + trained]! >= TRUST) return trained;
  const heldOut = argmaxColumn(scores, rowStart, heldOutColumns, fixedColumn);
  return heldOut === -1 ? trained : heldOut;
}
