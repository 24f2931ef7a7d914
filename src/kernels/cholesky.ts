import { ShapeError } from "../errors.ts";

/**
 * Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor L, A = L Lᵀ.
 * Four rows at a time are solved against the finished rows above them, then among themselves.
 * @param matrix row-major, `size × size`; only the lower triangle is read and written
 * @throws ShapeError where the matrix is not positive definite
 */
export function choleskyFactor(matrix: Float64Array, size: number): void {
  for (let start = 0; start < size; start += 4) {
    const end = Math.min(start + 4, size);
    solveLowerRows(matrix, size, start, matrix, size, start, end);
    for (let i = start; i < end; i++) {
      for (let j = start; j <= i; j++) {
        let sum = matrix[i * size + j]!;
        for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!;
        if (j < i) {
          matrix[i * size + j] = sum / matrix[j * size + j]!;
        } else {
          if (!(sum > 0)) {
            throw new ShapeError(
              `The matrix is not positive definite: pivot ${i} of ${size} is ${sum}. Add a positive number to its diagonal.`,
              { index: i },
            );
          }
          matrix[i * size + i] = Math.sqrt(sum);
        }
      }
    }
  }
}

/**
 * Replaces rows `from … to - 1` of X by the solutions z of L z = x, restricted to the leading `count` coordinates.
 * @param lower L, row-major with row length `stride`
 * @param rows X, row-major with row length `rowStride`
 */
export function solveLowerRows(
  lower: Float64Array,
  stride: number,
  count: number,
  rows: Float64Array,
  rowStride: number,
  from: number,
  to: number,
): void {
  let r = from;
  for (; r + 3 < to; r += 4) {
    const x0 = rows.subarray(r * rowStride, r * rowStride + count);
    const x1 = rows.subarray((r + 1) * rowStride, (r + 1) * rowStride + count);
    const x2 = rows.subarray((r + 2) * rowStride, (r + 2) * rowStride + count);
    const x3 = rows.subarray((r + 3) * rowStride, (r + 3) * rowStride + count);
    let j = 0;
    for (; j + 1 < count; j += 2) {
      // Two coordinates at a time share what is loaded of X; each sum still goes from the first to the last k.
      const first = lower.subarray(j * stride, j * stride + j + 1);
      const second = lower.subarray((j + 1) * stride, (j + 1) * stride + j + 2);
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let t0 = 0;
      let t1 = 0;
      let t2 = 0;
      let t3 = 0;
      for (let k = 0; k < j; k++) {
        const one = first[k]!;
        const other = second[k]!;
        const v0 = x0[k]!;
        const v1 = x1[k]!;
        const v2 = x2[k]!;
        const v3 = x3[k]!;
        s0 += one * v0;
        s1 += one * v1;
        s2 += one * v2;
        s3 += one * v3;
        t0 += other * v0;
        t1 += other * v1;
        t2 += other * v2;
        t3 += other * v3;
      }
      const pivot = first[j]!;
      const between = second[j]!;
      const nextPivot = second[j + 1]!;
      x0[j] = (x0[j]! - s0) / pivot;
      x1[j] = (x1[j]! - s1) / pivot;
      x2[j] = (x2[j]! - s2) / pivot;
      x3[j] = (x3[j]! - s3) / pivot;
      x0[j + 1] = (x0[j + 1]! - (t0 + between * x0[j]!)) / nextPivot;
      x1[j + 1] = (x1[j + 1]! - (t1 + between * x1[j]!)) / nextPivot;
      x2[j + 1] = (x2[j + 1]! - (t2 + between * x2[j]!)) / nextPivot;
      x3[j + 1] = (x3[j + 1]! - (t3 + between * x3[j]!)) / nextPivot;
    }
    if (j < count) for (const row of [x0, x1, x2, x3]) row[j] = solvedCoordinate(lower, stride, j, row);
  }
  for (; r < to; r++) {
    const row = rows.subarray(r * rowStride, r * rowStride + count);
    for (let j = 0; j < count; j++) row[j] = solvedCoordinate(lower, stride, j, row);
  }
}

/** z_j, where the coordinates before it are solved. */
function solvedCoordinate(lower: Float64Array, stride: number, j: number, row: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < j; k++) sum += lower[j * stride + k]! * row[k]!;
  return (row[j]! - sum) / lower[j * stride + j]!;
}

/** Solves Lᵀ z = x in place. @param lower L, row-major, `size × size` */
export function solveLowerTransposed(lower: Float64Array, size: number, x: Float64Array): void {
  for (let j = size - 1; j >= 0; j--) {
    const value = x[j]! / lower[j * size + j]!;
    x[j] = value;
    for (let k = 0; k < j; k++) x[k]! -= lower[j * size + k]! * value;
  }
}

/** Solves L Lᵀ z = x in place, L as left by {@link choleskyFactor}. */
export function choleskySolve(lower: Float64Array, size: number, x: Float64Array): void {
  solveLowerRows(lower, size, size, x, size, 0, 1);
  solveLowerTransposed(lower, size, x);
}
