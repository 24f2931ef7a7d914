/*
 * The plainest possible linear algebra on row-major square matrices: the oracle the fast kernels are tested against.
 */

/** A · Bᵀ with `depth` columns each. */
export function multiplyTransposedNaive(
  a: Float64Array,
  rowsA: number,
  b: Float64Array,
  rowsB: number,
  depth: number,
): Float64Array {
  const result = new Float64Array(rowsA * rowsB);
  for (let i = 0; i < rowsA; i++) {
    for (let j = 0; j < rowsB; j++) {
      for (let k = 0; k < depth; k++) result[i * rowsB + j]! += a[i * depth + k]! * b[j * depth + k]!;
    }
  }
  return result;
}

/** Solves A x = b by Gauss's elimination with partial pivoting. */
export function solveNaive(matrix: Float64Array, size: number, right: Float64Array): Float64Array {
  const a = matrix.slice();
  const x = right.slice();
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(a[row * size + column]!) > Math.abs(a[pivot * size + column]!)) pivot = row;
    }
    for (let k = 0; k < size; k++) {
      const kept = a[column * size + k]!;
      a[column * size + k] = a[pivot * size + k]!;
      a[pivot * size + k] = kept;
    }
    const kept = x[column]!;
    x[column] = x[pivot]!;
    x[pivot] = kept;
    for (let row = column + 1; row < size; row++) {
      const factor = a[row * size + column]! / a[column * size + column]!;
      for (let k = column; k < size; k++) a[row * size + k]! -= factor * a[column * size + k]!;
      x[row]! -= factor * x[column]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) x[row]! -= a[row * size + k]! * x[k]!;
    x[row]! /= a[row * size + row]!;
  }
  return x;
}

/** Cosine of two rows of dense numbers; 0 where one is all zeros. */
export function cosineNaive(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let dot = 0;
  let squareOne = 0;
  let squareOther = 0;
  for (let k = 0; k < one.length; k++) {
    dot += one[k]! * other[k]!;
    squareOne += one[k]! ** 2;
    squareOther += other[k]! ** 2;
  }
  return squareOne === 0 || squareOther === 0 ? 0 : dot / Math.sqrt(squareOne * squareOther);
}
