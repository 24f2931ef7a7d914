// The plain twin is ../solve-lower-rows.ts.
import { addLanes } from "./lanes";

export function solveLowerRows(
  lower: usize,
  stride: usize,
  count: usize,
  rows: usize,
  rowStride: usize,
  rowCount: usize,
): void {
  const lowerBytes = stride << 3;
  const rowBytes = rowStride << 3;
  let r: usize = 0;
  for (; r + 3 < rowCount; r += 4) {
    const x0 = rows + r * rowBytes;
    const x1 = x0 + rowBytes;
    const x2 = x1 + rowBytes;
    const x3 = x2 + rowBytes;
    let j: usize = 0;
    for (; j + 1 < count; j += 2) {
      const first = lower + j * lowerBytes;
      const second = first + lowerBytes;
      const at = j << 3;
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      let t0 = f64x2.splat(0);
      let t1 = f64x2.splat(0);
      let t2 = f64x2.splat(0);
      let t3 = f64x2.splat(0);
      for (let k: usize = 0; k < at; k += 16) {
        const one = v128.load(first + k);
        const other = v128.load(second + k);
        const v0 = v128.load(x0 + k);
        s0 = f64x2.add(s0, f64x2.mul(one, v0));
        t0 = f64x2.add(t0, f64x2.mul(other, v0));
        const v1 = v128.load(x1 + k);
        s1 = f64x2.add(s1, f64x2.mul(one, v1));
        t1 = f64x2.add(t1, f64x2.mul(other, v1));
        const v2 = v128.load(x2 + k);
        s2 = f64x2.add(s2, f64x2.mul(one, v2));
        t2 = f64x2.add(t2, f64x2.mul(other, v2));
        const v3 = v128.load(x3 + k);
        s3 = f64x2.add(s3, f64x2.mul(one, v3));
        t3 = f64x2.add(t3, f64x2.mul(other, v3));
      }
      const pivot = f64.load(first + at);
      const between = f64.load(second + at);
      const nextPivot = f64.load(second + at, 8);
      solveTwo(x0 + at, s0, t0, pivot, between, nextPivot);
      solveTwo(x1 + at, s1, t1, pivot, between, nextPivot);
      solveTwo(x2 + at, s2, t2, pivot, between, nextPivot);
      solveTwo(x3 + at, s3, t3, pivot, between, nextPivot);
    }
    if (j < count)
      for (let row: usize = r; row < r + 4; row++) solveOne(lower + j * lowerBytes, rows + row * rowBytes, j);
  }
  for (; r < rowCount; r++)
    for (let j: usize = 0; j < count; j++) solveOne(lower + j * lowerBytes, rows + r * rowBytes, j);
}

/** Coordinates j and j + 1, j even, of one row: `at` is the address of the first. */
@inline
function solveTwo(at: usize, s: v128, t: v128, pivot: f64, between: f64, nextPivot: f64): void {
  const first = (f64.load(at) - addLanes(s)) / pivot;
  const even = f64x2.extract_lane(t, 0) + between * first;
  f64.store(at, first);
  f64.store(at, (f64.load(at, 8) - (even + f64x2.extract_lane(t, 1))) / nextPivot, 8);
}

/** Coordinate j of one row. */
function solveOne(lower: usize, row: usize, j: usize): void {
  const at = j << 3;
  let sum = f64x2.splat(0);
  let k: usize = 0;
  for (; k + 8 < at; k += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(lower + k), v128.load(row + k)));
  let even = f64x2.extract_lane(sum, 0);
  if (k < at) even += f64.load(lower + k) * f64.load(row + k);
  f64.store(row + at, (f64.load(row + at) - (even + f64x2.extract_lane(sum, 1))) / f64.load(lower + at));
}
