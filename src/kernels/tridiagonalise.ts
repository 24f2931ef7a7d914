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
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const scales = reduce(matrix, size, diagonal, offDiagonal);
  return { size, diagonal, offDiagonal, transform: accumulate(matrix, size, scales) };
}

/**
 * Leaves reflector i, the vector u of I - u uᵀ / h acting on coordinates 0 … i - 1, in row i of `matrix`; returns
 * the h of each row (0 where no reflection was needed).
 */
function reduce(
  matrix: Float64Array,
  size: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Float64Array {
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

/** Reflectors applied together: one pass over Q for four. */
const BLOCK = 4;

/** Q = H(size - 1) … H(1), built up from the smallest reflector, in blocks of four as I - V S Vᵀ. */
function accumulate(reflectors: Float64Array, size: number, scales: Float64Array): Float64Array {
  const q = new Float64Array(size * size);
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  const products = Array.from({ length: BLOCK }, () => new Float64Array(size));
  const vectors = Array.from({ length: BLOCK }, () => new Float64Array(size));
  for (let start = 1; start < size; start += BLOCK) {
    const end = Math.min(start + BLOCK, size);
    // Reflector start + b acts on start + b coordinates; padded with zeros to the longest of the block.
    const height = end - 1;
    for (let b = 0; b < BLOCK; b++) {
      const i = start + b;
      const vector = vectors[b]!;
      vector.fill(0, 0, height);
      if (i < end && scales[i] !== 0) vector.set(reflectors.subarray(i * size, i * size + i));
    }
    const factor = blockFactor(vectors, scales, start, end, height);
    applyBlock(q, size, height, vectors, factor, products);
  }
  return q;
}

/** The 4 × 4 matrix S with H(end - 1) … H(start) = I - V S Vᵀ (compact WY form of Schreiber and Van Loan). */
function blockFactor(
  vectors: readonly Float64Array[],
  scales: Float64Array,
  start: number,
  end: number,
  height: number,
): Float64Array {
  const factor = new Float64Array(BLOCK * BLOCK);
  for (let b = 0; b < end - start; b++) {
    const h = scales[start + b]!;
    const inverse = h === 0 ? 0 : 1 / h;
    const vector = vectors[b]!;
    // (I - v vᵀ/h)(I - V S Vᵀ): the new row of S is -(vᵀV)S/h, its diagonal 1/h.
    const overlaps = new Float64Array(BLOCK);
    for (let c = 0; c < b; c++) {
      const other = vectors[c]!;
      let sum = 0;
      for (let j = 0; j < height; j++) sum += vector[j]! * other[j]!;
      overlaps[c] = sum;
    }
    for (let c = 0; c < b; c++) {
      let sum = 0;
      for (let k = c; k < b; k++) sum += overlaps[k]! * factor[k * BLOCK + c]!;
      factor[b * BLOCK + c] = -sum * inverse;
    }
    factor[b * BLOCK + b] = inverse;
  }
  return factor;
}

/** Q -= V S Vᵀ Q on the leading `height` rows and columns. */
function applyBlock(
  q: Float64Array,
  size: number,
  height: number,
  vectors: readonly Float64Array[],
  factor: Float64Array,
  products: readonly Float64Array[],
): void {
  const [v0, v1, v2, v3] = vectors as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [p0, p1, p2, p3] = products as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (const product of products) product.fill(0, 0, height);
  let r = 0;
  for (; r + 1 < height; r += 2) {
    const a = q.subarray(r * size, r * size + height);
    const b = q.subarray((r + 1) * size, (r + 1) * size + height);
    const a0 = v0[r]!;
    const a1 = v1[r]!;
    const a2 = v2[r]!;
    const a3 = v3[r]!;
    const b0 = v0[r + 1]!;
    const b1 = v1[r + 1]!;
    const b2 = v2[r + 1]!;
    const b3 = v3[r + 1]!;
    for (let j = 0; j < height; j++) {
      const x = a[j]!;
      const y = b[j]!;
      p0[j] = p0[j]! + (a0 * x + b0 * y);
      p1[j] = p1[j]! + (a1 * x + b1 * y);
      p2[j] = p2[j]! + (a2 * x + b2 * y);
      p3[j] = p3[j]! + (a3 * x + b3 * y);
    }
  }
  if (r < height) {
    const a = q.subarray(r * size, r * size + height);
    for (let b = 0; b < BLOCK; b++) {
      const scale = vectors[b]![r]!;
      const product = products[b]!;
      for (let j = 0; j < height; j++) product[j] = product[j]! + scale * a[j]!;
    }
  }
  // S is lower triangular: replace the products by S · products, last row first.
  for (let j = 0; j < height; j++) {
    const x0 = p0[j]!;
    const x1 = p1[j]!;
    const x2 = p2[j]!;
    const x3 = p3[j]!;
    p0[j] = factor[0]! * x0;
    p1[j] = factor[4]! * x0 + factor[5]! * x1;
    p2[j] = factor[8]! * x0 + factor[9]! * x1 + factor[10]! * x2;
    p3[j] = factor[12]! * x0 + factor[13]! * x1 + factor[14]! * x2 + factor[15]! * x3;
  }
  r = 0;
  for (; r + 1 < height; r += 2) {
    const a = q.subarray(r * size, r * size + height);
    const b = q.subarray((r + 1) * size, (r + 1) * size + height);
    const a0 = v0[r]!;
    const a1 = v1[r]!;
    const a2 = v2[r]!;
    const a3 = v3[r]!;
    const b0 = v0[r + 1]!;
    const b1 = v1[r + 1]!;
    const b2 = v2[r + 1]!;
    const b3 = v3[r + 1]!;
    for (let j = 0; j < height; j++) {
      const x0 = p0[j]!;
      const x1 = p1[j]!;
      const x2 = p2[j]!;
      const x3 = p3[j]!;
      a[j] = a[j]! - (a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3));
      b[j] = b[j]! - (b0 * x0 + b1 * x1 + (b2 * x2 + b3 * x3));
    }
  }
  if (r < height) {
    const a = q.subarray(r * size, r * size + height);
    for (let b = 0; b < BLOCK; b++) {
      const scale = vectors[b]![r]!;
      const product = products[b]!;
      for (let j = 0; j < height; j++) a[j] = a[j]! - scale * product[j]!;
    }
  }
}
