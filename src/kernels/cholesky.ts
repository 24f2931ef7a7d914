import { ShapeError } from "../errors.ts";
import { type DenseKernels, denseWorkspace, typescriptDenseKernels } from "./dense/index.ts";

/** Below, a matrix is not worth copying to where the SIMD kernels can work on it. */
const SMALL_SIZE = 48;
/** Rows copied there at a time. */
const ROWS_AT_A_TIME = 512;

/**
 * Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor L, A = L Lᵀ.
 * @param matrix row-major, `size × size`; only the lower triangle is read and written
 * @throws ShapeError where the matrix is not positive definite
 */
export function choleskyFactor(matrix: Float64Array, size: number): void {
  if (size < SMALL_SIZE) {
    factorRows(typescriptDenseKernels, matrix, size);
    return;
  }
  const {
    kernels,
    arrays: { copy },
  } = denseWorkspace({ copy: size * size });
  copy.set(matrix);
  factorRows(kernels, copy, size);
  for (let i = 0; i < size; i++) matrix.set(copy.subarray(i * size, i * size + i + 1), i * size);
}

/** Four rows at a time are solved against the finished rows above them, then among themselves. */
function factorRows(kernels: DenseKernels, matrix: Float64Array, size: number): void {
  for (let start = 0; start < size; start += 4) {
    const end = Math.min(start + 4, size);
    kernels.solveLowerRows(matrix, size, start, matrix.subarray(start * size), size, end - start);
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
 * Replaces each row x of X by the solution z of L z = x.
 * @param lower L, row-major, `size × size`
 * @param rows X, row-major, any number of rows of `size` numbers
 */
export function solveLowerRows(lower: Float64Array, size: number, rows: Float64Array): void {
  const count = rows.length / size;
  if (size * Math.min(size, count) < SMALL_SIZE ** 2 || count < 4) {
    typescriptDenseKernels.solveLowerRows(lower, size, size, rows, size, count);
    return;
  }
  const {
    kernels,
    arrays: { factor, some },
  } = denseWorkspace({ factor: size * size, some: Math.min(count, ROWS_AT_A_TIME) * size });
  factor.set(lower);
  for (let from = 0; from < rows.length; from += some.length) {
    const part = rows.subarray(from, from + some.length);
    some.set(part);
    kernels.solveLowerRows(factor, size, size, some, size, part.length / size);
    part.set(some.subarray(0, part.length));
  }
}

/** Solves Lᵀ z = x in place. @param lower L, row-major, `size × size` */
export function solveLowerTransposed(lower: Float64Array, size: number, x: Float64Array): void {
  for (let j = size - 1; j >= 0; j--) {
    const value = x[j]! / lower[j * size + j]!;
    x[j] = value;
    for (let k = 0; k < j; k++) x[k]! -= lower[j * size + k]! * value;
  }
}

/** As {@link solveLowerTransposed}, of two vectors at a time: what is read of L serves both. */
function solveTwoLowerTransposed(lower: Float64Array, size: number, x: Float64Array, y: Float64Array): void {
  for (let j = size - 1; j >= 0; j--) {
    const row = lower.subarray(j * size, j * size + j + 1);
    const ofX = x[j]! / row[j]!;
    const ofY = y[j]! / row[j]!;
    x[j] = ofX;
    y[j] = ofY;
    for (let k = 0; k < j; k++) {
      const value = row[k]!;
      x[k]! -= value * ofX;
      y[k]! -= value * ofY;
    }
  }
}

/**
 * Replaces each row x of X by the solution of L Lᵀ z = x, L as left by {@link choleskyFactor}.
 * @param rows X, row-major, any number of rows of `size` numbers
 */
export function choleskySolve(lower: Float64Array, size: number, rows: Float64Array): void {
  solveLowerRows(lower, size, rows);
  const count = rows.length / size;
  const row = (index: number): Float64Array => rows.subarray(index * size, (index + 1) * size);
  for (let index = 0; index + 1 < count; index += 2)
    solveTwoLowerTransposed(lower, size, row(index), row(index + 1));
  if (count % 2 === 1) solveLowerTransposed(lower, size, row(count - 1));
}
