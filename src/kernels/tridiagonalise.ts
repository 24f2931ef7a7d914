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
 * @param matrix row-major, `size × size`; only the lower triangle is read; overwritten
 */
export function tridiagonalise(matrix: Float64Array, size: number): TridiagonalForm {
  return finishSteps(tridiagonaliseSteps(matrix, size));
}

/** As `tridiagonalise`, a row at a time: a large matrix takes seconds, in which a caller may want to stop. */
export function* tridiagonaliseSteps(matrix: Float64Array, size: number): Steps<TridiagonalForm> {
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const scales = yield* reduce(matrix, size, diagonal, offDiagonal);
  return { size, diagonal, offDiagonal, transform: yield* multiplyReflectors(matrix, size, scales) };
}

/**
 * Leaves reflector i, the vector u of I - u uᵀ / h acting on coordinates 0 … i - 1, in row i of `matrix`; returns
 * the h of each row (0 where no reflection was needed).
 */
function* reduce(
  matrix: Float64Array,
  size: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Steps<Float64Array> {
  const scales = new Float64Array(size);
  const product = new Float64Array(size);
  const pending = new Float64Array(size);
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
    updateAndMultiply(matrix, size, i, owed, pending, product);
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

/**
 * For the leading `count` rows: A -= u qᵀ + q uᵀ of the owed reflector (none where `owed` is -1), then
 * product += A · (row `count` of the matrix). Lower triangle, two rows at a time.
 */
function updateAndMultiply(
  matrix: Float64Array,
  size: number,
  count: number,
  owed: number,
  pending: Float64Array,
  product: Float64Array,
): void {
  const next = matrix.subarray(count * size, count * size + count);
  const last = owed >= 0 ? matrix.subarray(owed * size, owed * size + count) : new Float64Array(count);
  const partner = owed >= 0 ? pending : last;
  let r = 0;
  for (; r + 1 < count; r += 2) {
    const a = matrix.subarray(r * size, r * size + count);
    const b = matrix.subarray((r + 1) * size, (r + 1) * size + count);
    const ua = last[r]!;
    const qa = partner[r]!;
    const xa = next[r]!;
    const ub = last[r + 1]!;
    const qb = partner[r + 1]!;
    const xb = next[r + 1]!;
    let sumA = 0;
    let sumB = 0;
    for (let j = 0; j < r; j++) {
      const q = partner[j]!;
      const u = last[j]!;
      const x = next[j]!;
      const va = a[j]! - (ua * q + qa * u);
      const vb = b[j]! - (ub * q + qb * u);
      a[j] = va;
      b[j] = vb;
      sumA += va * x;
      sumB += vb * x;
      product[j] = product[j]! + (va * xa + vb * xb);
    }
    const aa = a[r]! - 2 * ua * qa;
    const ba = b[r]! - (ub * qa + qb * ua);
    const bb = b[r + 1]! - 2 * ub * qb;
    a[r] = aa;
    b[r] = ba;
    b[r + 1] = bb;
    product[r] = product[r]! + sumA + aa * xa + ba * xb;
    product[r + 1] = product[r + 1]! + sumB + ba * xa + bb * xb;
  }
  if (r < count) {
    const a = matrix.subarray(r * size, r * size + count);
    const ua = last[r]!;
    const qa = partner[r]!;
    const xa = next[r]!;
    let sumA = 0;
    for (let j = 0; j < r; j++) {
      const va = a[j]! - (ua * partner[j]! + qa * last[j]!);
      a[j] = va;
      sumA += va * next[j]!;
      product[j] = product[j]! + va * xa;
    }
    const aa = a[r]! - 2 * ua * qa;
    a[r] = aa;
    product[r] = product[r]! + sumA + aa * xa;
  }
}
