/** Columns worked on at a time, so that the rows of a tile stay in the first-level cache. */
const DEPTH_BLOCK = 512;

/**
 * target = A · Bᵀ, all row-major: entry (i, j) is the scalar product of row i of A and row j of B.
 * @param a `rowsA × depth`
 * @param b `rowsB × depth`
 * @param target `rowsA × rowsB`, overwritten
 * @param lowerOnly compute only entries with j ≤ i, rounded up to tiles of four; the others are undefined
 */
export function multiplyTransposed(
  a: Float64Array,
  rowsA: number,
  b: Float64Array,
  rowsB: number,
  depth: number,
  target: Float64Array,
  lowerOnly = false,
): void {
  target.fill(0, 0, rowsA * rowsB);
  for (let from = 0; from < depth; from += DEPTH_BLOCK) {
    const to = Math.min(depth, from + DEPTH_BLOCK);
    for (let i = 0; i < rowsA; i += 4) {
      const limit = lowerOnly ? Math.min(rowsB, i + 4) : rowsB;
      const fullRows = i + 3 < rowsA;
      let j = 0;
      if (fullRows) {
        for (; j + 1 < limit; j += 2) tile(a, i, b, j, depth, from, to, target, rowsB);
      }
      for (let row = i; row < Math.min(i + 4, rowsA); row++) {
        for (let column = j; column < limit; column++) {
          target[row * rowsB + column]! += dot(a, row * depth, b, column * depth, from, to);
        }
      }
    }
  }
}

/** Σ a[offsetA + k] · b[offsetB + k] over from ≤ k < to. */
function dot(
  a: Float64Array,
  offsetA: number,
  b: Float64Array,
  offsetB: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += a[offsetA + k]! * b[offsetB + k]!;
  return sum;
}

/** Four rows of A by two of B: eight sums in registers, six loads for eight multiplications. */
function tile(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  depth: number,
  from: number,
  to: number,
  target: Float64Array,
  width: number,
): void {
  const a0 = a.subarray(i * depth + from, i * depth + to);
  const a1 = a.subarray((i + 1) * depth + from, (i + 1) * depth + to);
  const a2 = a.subarray((i + 2) * depth + from, (i + 2) * depth + to);
  const a3 = a.subarray((i + 3) * depth + from, (i + 3) * depth + to);
  const b0 = b.subarray(j * depth + from, j * depth + to);
  const b1 = b.subarray((j + 1) * depth + from, (j + 1) * depth + to);
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  const length = to - from;
  for (let k = 0; k < length; k++) {
    const x = b0[k]!;
    const y = b1[k]!;
    const p = a0[k]!;
    const q = a1[k]!;
    const r = a2[k]!;
    const s = a3[k]!;
    s00 += p * x;
    s01 += p * y;
    s10 += q * x;
    s11 += q * y;
    s20 += r * x;
    s21 += r * y;
    s30 += s * x;
    s31 += s * y;
  }
  const base = i * width + j;
  target[base]! += s00;
  target[base + 1]! += s01;
  target[base + width]! += s10;
  target[base + width + 1]! += s11;
  target[base + 2 * width]! += s20;
  target[base + 2 * width + 1]! += s21;
  target[base + 3 * width]! += s30;
  target[base + 3 * width + 1]! += s31;
}
