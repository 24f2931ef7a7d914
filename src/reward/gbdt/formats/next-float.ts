const float = new Float32Array(1);
const floatBits = new Int32Array(float.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/** LightGBM takes values from -ZERO_BAND to ZERO_BAND for zero (its `kZeroThreshold`). */
export const ZERO_BAND: number = Math.fround(1e-35);

/**
 * The least 32-bit float above a number: for 32-bit v, v ≤ value exactly where v < nextFloat32(value).
 * @param value no NaN
 * @returns infinity from the largest 32-bit float on
 */
export function nextFloat32(value: number): number {
  float[0] = value;
  if (float[0]! > value) return float[0]!;
  if (float[0] === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  // -0 steps as 0 does; in negative numbers the bits count away from zero.
  if (float[0] === 0) floatBits[0] = 1;
  else floatBits[0] = floatBits[0]! + (float[0]! > 0 ? 1 : -1);
  return float[0]!;
}

/**
 * The largest 64-bit float below a number: for any v, v < value exactly where v ≤ previousFloat64(value).
 * @param value finite
 */
export function previousFloat64(value: number): number {
  double[0] = value;
  if (value === 0) return -Number.MIN_VALUE;
  doubleBits[0] = doubleBits[0]! + (value > 0 ? -1n : 1n);
  return double[0]!;
}
