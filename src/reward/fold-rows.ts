/** The questions of one fold, and those of all others. */
export interface FoldRows {
  readonly inside: Int32Array;
  readonly outside: Int32Array;
}

/** One entry a fold that has questions, in order of fold. @param folds of each question, 0-based */
export function foldRows(folds: Int32Array): FoldRows[] {
  const present = [...new Set(folds)].sort((one, other) => one - other);
  const rowsWhere = (test: (fold: number) => boolean): Int32Array => {
    const rows: number[] = [];
    folds.forEach((fold, row) => {
      if (test(fold)) rows.push(row);
    });
    return Int32Array.from(rows);
  };
  return present.map((fold) => ({
    inside: rowsWhere((other) => other === fold),
    outside: rowsWhere((other) => other !== fold),
  }));
}
