import { ShapeError } from "../errors.ts";
import { finishSteps, type Steps } from "./steps.ts";
import { transpose } from "./transpose.ts";
import { tridiagonalizeSteps } from "./tridiagonalize.ts";

/** Eigenvalues and orthonormal eigenvectors of a symmetric matrix, largest eigenvalue first. */
export interface SymmetricEigen {
  /** `size` long, descending. */
  readonly values: Float64Array;
  /** Row-major, `size × size`; row i is the eigenvector of value i. */
  readonly vectors: Float64Array;
}

/** More sweeps than any finite matrix takes; usual are one or two an eigenvalue. */
const MAX_SWEEPS = 64;
/** Beside a largest entry of 1 this is nothing; squares of smaller numbers would lose their digits. */
const NOTHING = 1e-150;

/**
 * Householder tridiagonalization, then QL with implicit shifts (Bowdler, Martin, Reinsch and Wilkinson, procedure tql2;
 * EISPACK), about 8 size³ multiplications in all.
 * @param matrix row-major, `size × size`; only the lower triangle is read; overwritten
 * @throws ShapeError where the matrix holds NaN or infinity
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  return finishSteps(symmetricEigenSteps(matrix, size));
}

/** As `symmetricEigen`, in steps: a large matrix takes seconds, in which a caller may want to stop. */
export function* symmetricEigenSteps(matrix: Float64Array, size: number): Steps<SymmetricEigen> {
  const scale = scaleLowerTriangle(matrix, size);
  const { diagonal, offDiagonal, transform } = yield* tridiagonalizeSteps(matrix, size);
  // Transposed, so that a rotation of two columns runs over two contiguous rows.
  const vectors = transpose(transform, size, size);
  const coupling = new Float64Array(size);
  coupling.set(offDiagonal.subarray(1));
  yield* diagonalizeTridiagonal(diagonal, coupling, vectors);
  const order = Array.from(diagonal.keys()).sort((left, right) => diagonal[right]! - diagonal[left]!);
  const sorted = new Float64Array(size * size);
  for (const [position, source] of order.entries())
    sorted.set(vectors.subarray(source * size, (source + 1) * size), position * size);
  return { values: Float64Array.from(order, (source) => diagonal[source]! * scale), vectors: sorted };
}

/** Divides by the largest magnitude, which it returns, so that neither huge nor tiny matrices lose digits to squares. */
function scaleLowerTriangle(matrix: Float64Array, size: number): number {
  let largest = 0;
  for (let row = 0; row < size; row++)
    for (let k = row * size; k <= row * size + row; k++) largest = Math.max(largest, Math.abs(matrix[k]!));
  const scale = largest === 0 ? 1 : largest;
  for (let row = 0; row < size; row++)
    for (let k = row * size; k <= row * size + row; k++) matrix[k]! /= scale;
  return scale;
}

/**
 * @param diagonal becomes the eigenvalues
 * @param coupling entry i couples i and i + 1, the last is 0; overwritten
 * @param vectors row-major, `size × size`; its rows are rotated along
 */
function* diagonalizeTridiagonal(
  diagonal: Float64Array,
  coupling: Float64Array,
  vectors: Float64Array,
): Steps<void> {
  const size = diagonal.length;
  for (let first = 0; first < size; first++) {
    for (let sweep = 0; ; sweep++) {
      const last = endOfBlock(diagonal, coupling, first);
      if (last === first) break;
      if (sweep === MAX_SWEEPS)
        throw new ShapeError(
          `The eigenvalues of a ${size} × ${size} matrix do not converge: it holds NaN or infinity, or its numbers are too large.`,
          { size },
        );
      sweepBlock(diagonal, coupling, vectors, first, last);
      yield 4 * (last - first) * size;
    }
  }
}

/** Index of the last row that is coupled to `first` by more than rounding. */
function endOfBlock(diagonal: Float64Array, coupling: Float64Array, first: number): number {
  let last = first;
  while (last < diagonal.length - 1) {
    const scale = Math.abs(diagonal[last]!) + Math.abs(diagonal[last + 1]!);
    if (Math.abs(coupling[last]!) <= Math.max(NOTHING, Number.EPSILON * scale)) break;
    last++;
  }
  return last;
}

/** One QL sweep with Wilkinson's shift over rows `first` … `last`. */
function sweepBlock(
  diagonal: Float64Array,
  coupling: Float64Array,
  vectors: Float64Array,
  first: number,
  last: number,
): void {
  const size = diagonal.length;
  const half = (diagonal[first + 1]! - diagonal[first]!) / (2 * coupling[first]!);
  const root = Math.hypot(half, 1);
  let g = diagonal[last]! - diagonal[first]! + coupling[first]! / (half + (half >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * coupling[i]!;
    const b = cosine * coupling[i]!;
    const radius = Math.hypot(f, g);
    coupling[i + 1] = radius;
    if (radius === 0) {
      // The block falls apart here; the next sweep begins afresh.
      diagonal[i + 1]! -= shift;
      coupling[last] = 0;
      return;
    }
    sine = f / radius;
    cosine = g / radius;
    g = diagonal[i + 1]! - shift;
    const r = (diagonal[i]! - g) * sine + 2 * cosine * b;
    shift = sine * r;
    diagonal[i + 1] = g + shift;
    g = cosine * r - b;
    rotateRows(vectors, i * size, size, sine, cosine);
  }
  diagonal[first]! -= shift;
  coupling[first] = g;
  // The loop has written here, but beyond the block nothing is coupled to its last row.
  coupling[last] = 0;
}

/** Rotates the row at `offset` and the one after it. */
function rotateRows(vectors: Float64Array, offset: number, size: number, sine: number, cosine: number): void {
  for (let k = offset; k < offset + size; k++) {
    const upper = vectors[k]!;
    const lower = vectors[k + size]!;
    vectors[k + size] = sine * upper + cosine * lower;
    vectors[k] = cosine * upper - sine * lower;
  }
}
