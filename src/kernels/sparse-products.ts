import type { SparseFeatures } from "../types/index.ts";

/**
 * target = A · B, dense row-major. Four entries of a row at a time, so that a sum is loaded and stored once for four
 * multiplications.
 * @param a `rows × columns`
 * @param b `columns × width`
 * @param target `rows × width`, overwritten
 */
export function multiplySparse(
  a: SparseFeatures,
  b: Float64Array,
  width: number,
  target: Float64Array,
): void {
  const { rows, rowStart, columnIndex, values } = a;
  target.fill(0, 0, rows * width);
  for (let row = 0; row < rows; row++) {
    const to = row * width;
    const end = rowStart[row + 1]!;
    let entry = rowStart[row]!;
    for (; entry + 3 < end; entry += 4) {
      const from0 = columnIndex[entry]! * width;
      const from1 = columnIndex[entry + 1]! * width;
      const from2 = columnIndex[entry + 2]! * width;
      const from3 = columnIndex[entry + 3]! * width;
      const scale0 = values[entry]!;
      const scale1 = values[entry + 1]!;
      const scale2 = values[entry + 2]!;
      const scale3 = values[entry + 3]!;
      for (let k = 0; k < width; k++)
        target[to + k]! +=
          scale0 * b[from0 + k]! + scale1 * b[from1 + k]! + scale2 * b[from2 + k]! + scale3 * b[from3 + k]!;
    }
    for (; entry < end; entry++) {
      const from = columnIndex[entry]! * width;
      const scale = values[entry]!;
      for (let k = 0; k < width; k++) target[to + k]! += scale * b[from + k]!;
    }
  }
}

/** Aᵀ, in the same layout: one pass counts, one places. */
export function transposeSparse(a: SparseFeatures): SparseFeatures {
  const { rows, columns } = a;
  const rowStart = new Int32Array(columns + 1);
  for (const column of a.columnIndex) rowStart[column + 1]!++;
  for (let column = 0; column < columns; column++) rowStart[column + 1]! += rowStart[column]!;
  const next = rowStart.slice(0, columns);
  const columnIndex = new Int32Array(a.columnIndex.length);
  const values = new Float32Array(a.values.length);
  for (let row = 0; row < rows; row++)
    for (let entry = a.rowStart[row]!; entry < a.rowStart[row + 1]!; entry++) {
      const place = next[a.columnIndex[entry]!]!++;
      columnIndex[place] = row;
      values[place] = a.values[entry]!;
    }
  return { kind: "sparse", rows: columns, columns: rows, rowStart, columnIndex, values };
}

/**
 * A · B with every row scaled to Euclidean length 1; a row of zeros stays.
 * @param a `rows × columns`
 * @param b `columns × width`, row-major
 * @returns `rows × width`, row-major
 */
export function projectSparseRows(a: SparseFeatures, b: Float32Array, width: number): Float32Array {
  const { rows, rowStart, columnIndex, values } = a;
  const projected = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      const scale = values[entry]!;
      const from = columnIndex[entry]! * width;
      for (let k = 0; k < width; k++) sums[k]! += scale * b[from + k]!;
    }
    let squares = 0;
    for (let k = 0; k < width; k++) squares += sums[k]! * sums[k]!;
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let k = 0; k < width; k++) projected[row * width + k] = sums[k]! * scale;
  }
  return projected;
}
