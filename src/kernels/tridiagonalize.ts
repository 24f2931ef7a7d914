import { type DenseKernels, type DenseWorkspace, denseWorkspace, REFLECTORS } from "./dense/index.ts";
import { multiplyReflectors } from "./multiply-reflectors.ts";
import { finishSteps, type Steps } from "./steps.ts";

/**
 * A symmetric matrix B (size × size) as Q T Qᵀ with Q orthogonal and T symmetric tridiagonal.
 * With it (B + λI)⁻¹ costs one short recurrence for every λ, where a Cholesky factor would have to be made anew.
 */
export interface TridiagonalForm {
  readonly size: number;
  /** `size` long: the diagonal of T. */
  readonly diagonal: Float64Array;
  /** `size` long: entry i couples i - 1 and i; entry 0 is 0. */
  readonly offDiagonal: Float64Array;
  /** Q, row-major, `size × size`. */
  readonly transform: Float64Array;
}

/**
 * Householder reduction from the last row upwards (Wilkinson and Reinsch, procedure tred2; EISPACK), about
 * 4/3 size³ multiplications, arranged so that one pass over the remaining triangle serves both the update by the
 * last reflector and the product with the next.
 * @param matrix row-major, `size × size`; only the lower triangle is read
 */
export function tridiagonalize(matrix: Float64Array, size: number): TridiagonalForm {
  return finishSteps(tridiagonalizeSteps(matrix, size));
}

/** As `tridiagonalize`, a row at a time: a large matrix takes seconds, in which a caller may want to stop. */
export function* tridiagonalizeSteps(
  matrix: Float64Array,
  size: number,
  choice?: DenseKernels["name"],
): Steps<TridiagonalForm> {
  const workspace = denseWorkspace(
    {
      reflectors: size * size,
      q: size * size,
      vectors: REFLECTORS * size,
      products: REFLECTORS * size,
      factor: REFLECTORS * REFLECTORS,
      product: size,
      pending: size,
      none: size,
    },
    choice,
  );
  const { reflectors, q } = workspace.arrays;
  reflectors.set(matrix);
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const scales = yield* reduce(workspace, size, diagonal, offDiagonal);
  yield* multiplyReflectors(workspace, size, scales);
  // The workspace goes; what is kept should not hold its memory.
  return { size, diagonal, offDiagonal, transform: q.slice() };
}

/**
 * Leaves reflector i, the vector u of I - u uᵀ / h acting on coordinates 0 … i - 1, in row i of
 * `reflectors`, the matrix before; returns the h of each row (0 where no reflection was needed).
 */
function* reduce(
  { kernels, arrays }: DenseWorkspace<"reflectors" | "product" | "pending" | "none">,
  size: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Steps<Float64Array> {
  const { reflectors: matrix, product, pending, none } = arrays;
  const scales = new Float64Array(size);
  // The reflector whose update of the rows below is still owed, and its partner q in A - u qᵀ - q uᵀ.
  let owed = -1;
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    if (owed >= 0) {
      const u = owed * size;
      const ui = matrix[u + i]!;
      const qi = pending[i]!;
      for (let j = 0; j <= i; j++) matrix[row + j]! -= ui * pending[j]! + qi * matrix[u + j]!;
    }
    diagonal[i] = matrix[row + i]!;
    if (i === 0) break;
    const h = reflector(matrix, row, i, offDiagonal);
    scales[i] = h;
    product.fill(0, 0, i);
    const [last, partner] = owed < 0 ? [none, none] : [matrix.subarray(owed * size), pending];
    kernels.updateAndMultiply(matrix, size, i, matrix.subarray(row), last, partner, product);
    yield 2 * i * i;
    owed = i;
    if (h === 0) {
      pending.fill(0, 0, i);
      continue;
    }
    let overlap = 0;
    for (let j = 0; j < i; j++) overlap += matrix[row + j]! * product[j]!;
    const half = overlap / (2 * h * h);
    for (let j = 0; j < i; j++) pending[j] = product[j]! / h - half * matrix[row + j]!;
  }
  return scales;
}

/** Turns the first `length` entries at `row` into the reflector that maps them to a multiple of the last unit vector. */
function reflector(matrix: Float64Array, row: number, length: number, offDiagonal: Float64Array): number {
  let rest = 0;
  for (let j = 0; j < length - 1; j++) rest += Math.abs(matrix[row + j]!);
  const last = matrix[row + length - 1]!;
  if (rest === 0) {
    offDiagonal[length] = last;
    matrix.fill(0, row, row + length);
    return 0;
  }
  // Scaled by the largest possible magnitude so that no square over- or underflows.
  const scale = rest + Math.abs(last);
  let square = 0;
  for (let j = 0; j < length; j++) {
    const value = matrix[row + j]! / scale;
    matrix[row + j] = value;
    square += value * value;
  }
  const f = matrix[row + length - 1]!;
  const g = f >= 0 ? -Math.sqrt(square) : Math.sqrt(square);
  offDiagonal[length] = scale * g;
  matrix[row + length - 1] = f - g;
  return square - f * g;
}
