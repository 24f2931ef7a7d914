import type { DenseKernels } from "./dense-kernels.ts";

/** Plain TypeScript, for machines without WebAssembly SIMD and for matrices too small to be copied. */
export const typescriptDenseKernels: DenseKernels = {
  name: "typescript",
  updateAndMultiply,
  solveLowerRows,
  applyReflectors,
};

function updateAndMultiply(
  matrix: Float64Array,
  stride: number,
  count: number,
  next: Float64Array,
  last: Float64Array,
  partner: Float64Array,
  product: Float64Array,
): void {
  let r = 0;
  for (; r + 1 < count; r += 2) {
    const a = matrix.subarray(r * stride, r * stride + count);
    const b = matrix.subarray((r + 1) * stride, (r + 1) * stride + count);
    const ua = last[r]!;
    const qa = partner[r]!;
    const xa = next[r]!;
    const ub = last[r + 1]!;
    const qb = partner[r + 1]!;
    const xb = next[r + 1]!;
    let evenA = 0;
    let oddA = 0;
    let evenB = 0;
    let oddB = 0;
    for (let j = 0; j < r; j += 2) {
      const q0 = partner[j]!;
      const u0 = last[j]!;
      const x0 = next[j]!;
      const va0 = a[j]! - (ua * q0 + qa * u0);
      const vb0 = b[j]! - (ub * q0 + qb * u0);
      a[j] = va0;
      b[j] = vb0;
      evenA += va0 * x0;
      evenB += vb0 * x0;
      product[j] = product[j]! + (va0 * xa + vb0 * xb);
      const q1 = partner[j + 1]!;
      const u1 = last[j + 1]!;
      const x1 = next[j + 1]!;
      const va1 = a[j + 1]! - (ua * q1 + qa * u1);
      const vb1 = b[j + 1]! - (ub * q1 + qb * u1);
      a[j + 1] = va1;
      b[j + 1] = vb1;
      oddA += va1 * x1;
      oddB += vb1 * x1;
      product[j + 1] = product[j + 1]! + (va1 * xa + vb1 * xb);
    }
    const aa = a[r]! - 2 * ua * qa;
    const ba = b[r]! - (ub * qa + qb * ua);
    const bb = b[r + 1]! - 2 * ub * qb;
    a[r] = aa;
    b[r] = ba;
    b[r + 1] = bb;
    product[r] = product[r]! + (evenA + oddA) + aa * xa + ba * xb;
    product[r + 1] = product[r + 1]! + (evenB + oddB) + ba * xa + bb * xb;
  }
  if (r >= count) return;
  const a = matrix.subarray(r * stride, r * stride + count);
  const ua = last[r]!;
  const qa = partner[r]!;
  const xa = next[r]!;
  const sums = [0, 0];
  for (let j = 0; j < r; j++) {
    const value = a[j]! - (ua * partner[j]! + qa * last[j]!);
    a[j] = value;
    sums[j & 1]! += value * next[j]!;
    product[j] = product[j]! + value * xa;
  }
  const aa = a[r]! - 2 * ua * qa;
  a[r] = aa;
  product[r] = product[r]! + (sums[0]! + sums[1]!) + aa * xa;
}

function solveLowerRows(
  lower: Float64Array,
  stride: number,
  count: number,
  rows: Float64Array,
  rowStride: number,
  rowCount: number,
): void {
  let r = 0;
  for (; r + 1 < rowCount; r += 2) {
    const x = rows.subarray(r * rowStride, r * rowStride + count);
    const y = rows.subarray((r + 1) * rowStride, (r + 1) * rowStride + count);
    for (let j = 0; j < count; j++) {
      const l = lower.subarray(j * stride, j * stride + j + 1);
      let evenX = 0;
      let oddX = 0;
      let evenY = 0;
      let oddY = 0;
      let k = 0;
      for (; k + 1 < j; k += 2) {
        const l0 = l[k]!;
        const l1 = l[k + 1]!;
        evenX += l0 * x[k]!;
        oddX += l1 * x[k + 1]!;
        evenY += l0 * y[k]!;
        oddY += l1 * y[k + 1]!;
      }
      if (k < j) {
        evenX += l[k]! * x[k]!;
        evenY += l[k]! * y[k]!;
      }
      x[j] = (x[j]! - (evenX + oddX)) / l[j]!;
      y[j] = (y[j]! - (evenY + oddY)) / l[j]!;
    }
  }
  if (r >= rowCount) return;
  const x = rows.subarray(r * rowStride, r * rowStride + count);
  for (let j = 0; j < count; j++) {
    const sums = [0, 0];
    for (let k = 0; k < j; k++) sums[k & 1]! += lower[j * stride + k]! * x[k]!;
    x[j] = (x[j]! - (sums[0]! + sums[1]!)) / lower[j * stride + j]!;
  }
}

function applyReflectors(
  q: Float64Array,
  stride: number,
  height: number,
  vectors: Float64Array,
  factor: Float64Array,
  products: Float64Array,
): void {
  const rowOf = (matrix: Float64Array, row: number): Float64Array =>
    matrix.subarray(row * stride, row * stride + height);
  const [v0, v1, v2, v3] = [rowOf(vectors, 0), rowOf(vectors, 1), rowOf(vectors, 2), rowOf(vectors, 3)];
  const [p0, p1, p2, p3] = [rowOf(products, 0), rowOf(products, 1), rowOf(products, 2), rowOf(products, 3)];
  for (const product of [p0, p1, p2, p3]) product.fill(0);
  let r = 0;
  for (; r + 1 < height; r += 2) {
    const a = rowOf(q, r);
    const b = rowOf(q, r + 1);
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
    const a = rowOf(q, r);
    for (const [vector, product] of [
      [v0, p0],
      [v1, p1],
      [v2, p2],
      [v3, p3],
    ] as const)
      for (let j = 0; j < height; j++) product[j] = product[j]! + vector[r]! * a[j]!;
  }
  // S is lower triangular: replace the products by S · products.
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
  for (r = 0; r + 1 < height; r += 2) {
    const a = rowOf(q, r);
    const b = rowOf(q, r + 1);
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
    const a = rowOf(q, r);
    for (const [vector, product] of [
      [v0, p0],
      [v1, p1],
      [v2, p2],
      [v3, p3],
    ] as const)
      for (let j = 0; j < height; j++) a[j] = a[j]! - vector[r]! * product[j]!;
  }
}
