/** First by score, then the fixed prompt, then the lowest column. */
export function naiveArgmax(
  scores: readonly number[],
  columns: readonly number[],
  fixedColumn: number,
): number {
  const scored = columns.filter((column) => !Number.isNaN(scores[column]!));
  const best = Math.max(...scored.map((column) => scores[column]!));
  const tied = scored.filter((column) => scores[column] === best);
  return tied.length === 0 || tied.includes(fixedColumn) ? fixedColumn : Math.min(...tied);
}
