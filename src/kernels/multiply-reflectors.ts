import type { Steps } from "./steps.ts";

/** Reflectors applied together: one pass over Q for four. */
const BLOCK = 4;

/**
 * The orthogonal matrix Q = H(size - 1) … H(1), built up from the smallest reflector, in blocks of four as I - V S Vᵀ.
 * @param reflectors row i holds, in its first i entries, the vector u of H(i) = I - u uᵀ / h
 * @param scales h of each reflector; 0 where H(i) is the identity
 * @returns row-major, `size × size`
 */
export function* multiplyReflectors(
  reflectors: Float64Array,
  size: number,
  scales: Float64Array,
): Steps<Float64Array> {
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
    yield 2 * BLOCK * height * height;
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
