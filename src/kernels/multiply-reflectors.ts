import { type DenseWorkspace, REFLECTORS } from "./dense/index.ts";
import type { Steps } from "./steps.ts";

/**
 * The orthogonal matrix Q = H(size - 1) … H(1), built up from the smallest reflector, in blocks of four as I - V S Vᵀ;
 * left in the array `q`, row-major, `size × size`, which holds zeros before.
 * @param workspace its `reflectors`, size × size: row i holds, in its first i entries, the vector u of H(i) = I - u uᵀ / h
 * @param scales h of each reflector; 0 where H(i) is the identity
 */
export function* multiplyReflectors(
  { kernels, arrays }: DenseWorkspace<"reflectors" | "q" | "vectors" | "products" | "factor">,
  size: number,
  scales: Float64Array,
): Steps<void> {
  const { reflectors, q, vectors, products, factor } = arrays;
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  for (let start = 1; start < size; start += REFLECTORS) {
    const end = Math.min(start + REFLECTORS, size);
    // Reflector start + b acts on start + b coordinates; padded with zeros to the longest of the block.
    const height = end - 1;
    for (let b = 0; b < REFLECTORS; b++) {
      const i = start + b;
      const vector = vectors.subarray(b * size, b * size + height);
      vector.fill(0);
      if (i < end && scales[i] !== 0) vector.set(reflectors.subarray(i * size, i * size + i));
    }
    writeBlockFactor(vectors, size, scales, start, end, factor);
    kernels.applyReflectors(q, size, height, vectors, factor, products);
    yield 2 * REFLECTORS * height * height;
  }
}

/** The 4 × 4 matrix S with H(end - 1) … H(start) = I - V S Vᵀ (compact WY form of Schreiber and Van Loan). */
function writeBlockFactor(
  vectors: Float64Array,
  size: number,
  scales: Float64Array,
  start: number,
  end: number,
  factor: Float64Array,
): void {
  const height = end - 1;
  factor.fill(0);
  for (let b = 0; b < end - start; b++) {
    const h = scales[start + b]!;
    const inverse = h === 0 ? 0 : 1 / h;
    const vector = vectors.subarray(b * size, b * size + height);
    // (I - v vᵀ/h)(I - V S Vᵀ): the new row of S is -(vᵀV)S/h, its diagonal 1/h.
    const overlaps = new Float64Array(REFLECTORS);
    for (let c = 0; c < b; c++) {
      const other = vectors.subarray(c * size, c * size + height);
      let sum = 0;
      for (let j = 0; j < height; j++) sum += vector[j]! * other[j]!;
      overlaps[c] = sum;
    }
    for (let c = 0; c < b; c++) {
      let sum = 0;
      for (let k = c; k < b; k++) sum += overlaps[k]! * factor[k * REFLECTORS + c]!;
      factor[b * REFLECTORS + c] = -sum * inverse;
    }
    factor[b * REFLECTORS + b] = inverse;
  }
}
