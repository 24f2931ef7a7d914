// Bounds from prefix sums of quantized pairs; the reasoning stands in quantize.ts.
import { SCAN_ERROR, SCAN_FLOOR, SCAN_MIN, SCAN_SHIFT, SCAN_TILT, SCAN_TOTAL, SCAN_WHOLE } from "./quantize";

const BOUND_ROOM: f32 = 1.0 + 1.0 / 65536;

/**
 * Bounds of γ for four features at a time, a lane each, over all prefixes of `count` rows.
 * @param rows i32 [count][4][2]: (h, v) of the four features
 */
@inline
export function scanFour(rows: usize, count: u32, table: usize): v128 {
  const whole = v128.load32_splat(table, SCAN_WHOLE);
  const least = v128.load32_splat(table, SCAN_MIN);
  const error = v128.load32_splat(table, SCAN_ERROR);
  const tilt = v128.load32_splat(table, SCAN_TILT);
  // λ and the center are in the sums from the start.
  let left = v128.load64_splat(table, SCAN_SHIFT);
  let right = left;
  let best = f32x4.splat(0);
  const end = rows + (<usize>count << 5);
  while (rows < end) {
    left = i32x4.add(left, v128.load(rows));
    right = i32x4.add(right, v128.load(rows, 16));
    const a = f32x4.convert_i32x4_s(v128.shuffle<i32>(left, right, 0, 2, 4, 6));
    const v = f32x4.convert_i32x4_s(v128.shuffle<i32>(left, right, 1, 3, 5, 7));
    const b = f32x4.sub(whole, a);
    const u = f32x4.add(f32x4.abs(f32x4.add(v, f32x4.mul(a, tilt))), error);
    const ratio = f32x4.div(f32x4.mul(u, u), f32x4.mul(a, b));
    best = f32x4.pmax(best, v128.and(ratio, f32x4.ge(f32x4.pmin(a, b), least)));
    rows += 32;
  }
  return f32x4.mul(best, f32x4.mul(v128.load32_splat(table, SCAN_TOTAL), f32x4.splat(BOUND_ROOM)));
}

/** As `scanFour` where rounding is coarse. */
export function scanFourCoarsely(rows: usize, count: u32, table: usize): v128 {
  const whole = v128.load32_splat(table, SCAN_WHOLE);
  const least = v128.load32_splat(table, SCAN_MIN);
  const floor = v128.load32_splat(table, SCAN_FLOOR);
  const error = v128.load32_splat(table, SCAN_ERROR);
  const tilt = v128.load32_splat(table, SCAN_TILT);
  let left = v128.load64_splat(table, SCAN_SHIFT);
  let right = left;
  let best = f32x4.splat(0);
  const end = rows + (<usize>count << 5);
  while (rows < end) {
    left = i32x4.add(left, v128.load(rows));
    right = i32x4.add(right, v128.load(rows, 16));
    const a = f32x4.convert_i32x4_s(v128.shuffle<i32>(left, right, 0, 2, 4, 6));
    const v = f32x4.convert_i32x4_s(v128.shuffle<i32>(left, right, 1, 3, 5, 7));
    const b = f32x4.sub(whole, a);
    const u = f32x4.add(f32x4.abs(f32x4.add(v, f32x4.mul(a, tilt))), error);
    const ratio = f32x4.div(f32x4.mul(u, u), f32x4.mul(f32x4.pmax(a, floor), f32x4.pmax(b, floor)));
    best = f32x4.pmax(best, v128.and(ratio, f32x4.ge(f32x4.pmin(a, b), least)));
    rows += 32;
  }
  return f32x4.mul(best, f32x4.mul(v128.load32_splat(table, SCAN_TOTAL), f32x4.splat(BOUND_ROOM)));
}
