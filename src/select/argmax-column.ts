/**
 * The candidate with the highest score in one row. Ties go to the fixed prompt, then to the lowest column, so that
 * nothing is switched without a reason; columns without a score (NaN) are passed over.
 * @param scores rows of scores, row-major
 * @param rowStart where the row begins in `scores`
 * @param columns candidates, in any order
 * @param fixedColumn the fixed prompt; it need not be a candidate
 * @returns -1 where no candidate has a score
 */
export function argmaxColumn(
  scores: Float64Array,
  rowStart: number,
  columns: ArrayLike<number>,
  fixedColumn: number,
): number {
  let best = -1;
  let bestScore = Number.NaN;
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]!;
    const score = scores[rowStart + column]!;
    if (Number.isNaN(score)) continue;
    const wins =
      best === -1 ||
      score > bestScore ||
      (score === bestScore && (column === fixedColumn || (best !== fixedColumn && column < best)));
    if (!wins) continue;
    best = column;
    bestScore = score;
  }
  return best;
}
