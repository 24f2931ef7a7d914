/**
 * The quantile of ascending values, interpolated linearly between order statistics (Hyndman & Fan's type 7).
 * @param fraction in [0, 1]
 * @returns NaN for no values
 */
export function quantileOfSorted(ascending: Float64Array, fraction: number): number {
  if (ascending.length === 0) return Number.NaN;
  const position = fraction * (ascending.length - 1);
  const below = Math.floor(position);
  const lower = ascending[below]!;
  const upper = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return lower + (position - below) * (upper - lower);
}
