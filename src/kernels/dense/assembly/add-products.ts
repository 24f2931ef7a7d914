// The plain twin is ../add-products.ts.
import { addLanes } from "./lanes";

/** target += A · Bᵀ over the coordinates from … to - 1. */
export function addProducts(
  a: usize,
  rowsA: usize,
  b: usize,
  rowsB: usize,
  depth: usize,
  from: usize,
  to: usize,
  target: usize,
): void {
  const rowBytes = depth << 3;
  const length = to - from;
  const start = from << 3;
  let i: usize = 0;
  for (; i + 3 < rowsA; i += 4) {
    const row = a + i * rowBytes + start;
    const line = target + ((i * rowsB) << 3);
    let j: usize = 0;
    for (; j + 1 < rowsB; j += 2) addTile(row, b + j * rowBytes + start, rowBytes, length, line + (j << 3), rowsB << 3);
    if (j < rowsB)
      for (let k: usize = 0; k < 4; k++)
        addProduct(row + k * rowBytes, b + j * rowBytes + start, length, line + ((k * rowsB + j) << 3));
  }
  for (; i < rowsA; i++)
    for (let j: usize = 0; j < rowsB; j++)
      addProduct(a + i * rowBytes + start, b + j * rowBytes + start, length, target + ((i * rowsB + j) << 3));
}

/** Four rows of A by two of B. */
function addTile(a: usize, b: usize, rowBytes: usize, length: usize, target: usize, lineBytes: usize): void {
  const a1 = a + rowBytes;
  const a2 = a1 + rowBytes;
  const a3 = a2 + rowBytes;
  const b1 = b + rowBytes;
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = (length & ~1) << 3;
  for (let k: usize = 0; k < end; k += 16) {
    const x = v128.load(b + k);
    const y = v128.load(b1 + k);
    const p = v128.load(a + k);
    s00 = f64x2.add(s00, f64x2.mul(p, x));
    s01 = f64x2.add(s01, f64x2.mul(p, y));
    const q = v128.load(a1 + k);
    s10 = f64x2.add(s10, f64x2.mul(q, x));
    s11 = f64x2.add(s11, f64x2.mul(q, y));
    const r = v128.load(a2 + k);
    s20 = f64x2.add(s20, f64x2.mul(r, x));
    s21 = f64x2.add(s21, f64x2.mul(r, y));
    const s = v128.load(a3 + k);
    s30 = f64x2.add(s30, f64x2.mul(s, x));
    s31 = f64x2.add(s31, f64x2.mul(s, y));
  }
  if (length & 1) {
    // A term of even index; the other lane gets none.
    const x = v128.load64_zero(b + end);
    const y = v128.load64_zero(b1 + end);
    const p = v128.load64_zero(a + end);
    s00 = f64x2.add(s00, f64x2.mul(p, x));
    s01 = f64x2.add(s01, f64x2.mul(p, y));
    const q = v128.load64_zero(a1 + end);
    s10 = f64x2.add(s10, f64x2.mul(q, x));
    s11 = f64x2.add(s11, f64x2.mul(q, y));
    const r = v128.load64_zero(a2 + end);
    s20 = f64x2.add(s20, f64x2.mul(r, x));
    s21 = f64x2.add(s21, f64x2.mul(r, y));
    const s = v128.load64_zero(a3 + end);
    s30 = f64x2.add(s30, f64x2.mul(s, x));
    s31 = f64x2.add(s31, f64x2.mul(s, y));
  }
  addTo(target, s00, s01);
  addTo(target + lineBytes, s10, s11);
  addTo(target + 2 * lineBytes, s20, s21);
  addTo(target + 3 * lineBytes, s30, s31);
}

@inline
function addTo(target: usize, first: v128, second: v128): void {
  f64.store(target, f64.load(target) + addLanes(first));
  f64.store(target, f64.load(target, 8) + addLanes(second), 8);
}

function addProduct(a: usize, b: usize, length: usize, target: usize): void {
  let sum = f64x2.splat(0);
  const end = (length & ~1) << 3;
  for (let k: usize = 0; k < end; k += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + k), v128.load(b + k)));
  if (length & 1) sum = f64x2.add(sum, f64x2.mul(v128.load64_zero(a + end), v128.load64_zero(b + end)));
  f64.store(target, f64.load(target) + addLanes(sum));
}
