/** The sums of the terms with even and with odd index, added. */
@inline
export function addLanes(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
