import type { SparseFeatures } from "../../../src/types/index.ts";
import type { DisjointSets } from "../../../src/util/index.ts";

/** Sparse rows of length 1, or of zeros, from dense ones. */
export function unitRows(dense: readonly (readonly number[])[]): SparseFeatures {
  const rowStart = [0];
  const columnIndex: number[] = [];
  const values: number[] = [];
  for (const row of dense) {
    const length = Math.hypot(...row);
    row.forEach((value, column) => {
      if (value === 0) return;
      columnIndex.push(column);
      values.push(value / length);
    });
    rowStart.push(values.length);
  }
  return {
    kind: "sparse",
    rows: dense.length,
    columns: Math.max(0, ...dense.map((row) => row.length)),
    rowStart: Int32Array.from(rowStart),
    columnIndex: Int32Array.from(columnIndex),
    values: Float32Array.from(values),
  };
}

/** As `joinSimilarRows`, by comparing all pairs. */
export function naiveSimilarSets(rows: SparseFeatures, threshold: number, sets: DisjointSets): void {
  const entries = Array.from({ length: rows.rows }, (_, row) => {
    const [start, end] = [rows.rowStart[row]!, rows.rowStart[row + 1]!];
    return new Map(
      Array.from(rows.columnIndex.subarray(start, end), (column, offset) => [
        column,
        rows.values[start + offset]!,
      ]),
    );
  });
  entries.forEach((one, first) => {
    for (let second = 0; second < first; second++) {
      let dot = 0;
      for (const [column, value] of entries[second]!) dot += value * (one.get(column) ?? 0);
      if (dot >= threshold) sets.join(first, second);
    }
  });
}
