/** Clips every entry to [0, 1], in place. */
export function clipToUnit(values: Float64Array): Float64Array {
  for (let k = 0; k < values.length; k++) values[k] = Math.min(1, Math.max(0, values[k]!));
  return values;
}
