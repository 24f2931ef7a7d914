import type { FeatureMatrix } from "../types/index.ts";

/** The given rows of a feature matrix, in the given order. */
export function pickRows(source: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const { columns } = source;
  if (source.kind === "dense") {
    const values = new Float32Array(rows.length * columns);
    for (let i = 0; i < rows.length; i++) {
      values.set(source.values.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns);
    }
    return { kind: "dense", rows: rows.length, columns, values };
  }
  const rowStart = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    rowStart[i + 1] = rowStart[i]! + source.rowStart[rows[i]! + 1]! - source.rowStart[rows[i]!]!;
  }
  const entries = rowStart[rows.length]!;
  const columnIndex = new Int32Array(entries);
  const values = new Float32Array(entries);
  for (let i = 0; i < rows.length; i++) {
    const from = source.rowStart[rows[i]!]!;
    const to = source.rowStart[rows[i]! + 1]!;
    columnIndex.set(source.columnIndex.subarray(from, to), rowStart[i]!);
    values.set(source.values.subarray(from, to), rowStart[i]!);
  }
  return { kind: "sparse", rows: rows.length, columns, rowStart, columnIndex, values };
}
