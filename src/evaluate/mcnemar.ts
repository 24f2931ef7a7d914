import { ShapeError } from "../errors.ts";
import { binomialLowerTail } from "./binomial.ts";

/**
 * McNemar's exact two-sided p-value from the discordant pairs: under no difference each falls either way with
 * probability ½. 1 where there is none. It treats pairs as independent; where units come in clusters, trust the
 * clustered interval.
 * @param firstOnly pairs where only the first is right
 * @param secondOnly pairs where only the second is right
 * @throws ShapeError unless both are whole numbers ≥ 0
 */
export function mcnemarExact(firstOnly: number, secondOnly: number): number {
  if (!(Number.isInteger(firstOnly) && Number.isInteger(secondOnly) && firstOnly >= 0 && secondOnly >= 0)) {
    throw new ShapeError(
      `discordant pairs must be counted in whole numbers ≥ 0, found ${firstOnly} and ${secondOnly}`,
    );
  }
  const fewer = Math.min(firstOnly, secondOnly);
  return Math.min(1, 2 * binomialLowerTail(fewer, firstOnly + secondOnly, 0.5));
}

/**
 * {@link mcnemarExact} of paired rewards; pairs in which either is NaN do not count.
 * @returns null where a reward is neither 0 nor 1, or no pair counts
 * @throws ShapeError where the lengths differ
 */
export function mcnemarOfRewards(first: Float64Array, second: Float64Array): number | null {
  if (first.length !== second.length) {
    throw new ShapeError(
      `paired rewards must have equal lengths, found ${first.length} and ${second.length}`,
    );
  }
  let firstOnly = 0;
  let secondOnly = 0;
  let pairs = 0;
  for (let unit = 0; unit < first.length; unit++) {
    const one = first[unit]!;
    const other = second[unit]!;
    if (Number.isNaN(one) || Number.isNaN(other)) continue;
    if ((one !== 0 && one !== 1) || (other !== 0 && other !== 1)) return null;
    pairs++;
    if (one > other) firstOnly++;
    if (one < other) secondOnly++;
  }
  return pairs === 0 ? null : mcnemarExact(firstOnly, secondOnly);
}
