/** As `DenseKernels.updateAndMultiply`, two rows at a time. */
export function updateAndMultiply(
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
