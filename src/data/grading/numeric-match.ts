import { exactMatch } from "./exact-match.ts";
import { finalNumber, type StatedNumber } from "./final-number.ts";

/** Relative difference (absolute below 1) up to which two numbers are the same: room for 1/3 against .3333333. */
const TOLERANCE = 1e-6;

/**
 * The number the answer ends in equals the golden one; see `finalNumber` for what is understood. "25 %" equals both
 * 25 and .25, "2 million" both 2000000 and 2. Where the golden answer has no number, the texts must be equal.
 */
export function numericMatch(answer: string, goldenAnswer: string): boolean {
  const expected = finalNumber(goldenAnswer);
  if (expected === undefined) return exactMatch(answer, goldenAnswer);
  const stated = finalNumber(answer);
  if (stated === undefined) return false;
  const bothPercent = stated.isPercent && expected.isPercent;
  return readings(stated, bothPercent).some((value) =>
    readings(expected, bothPercent).some((other) => areEqual(value, other)),
  );
}

function readings({ value, isPercent, scale, otherValue }: StatedNumber, bothPercent: boolean): number[] {
  if (otherValue !== undefined) return [value, otherValue];
  if (scale !== 1) return [value * scale, value];
  return isPercent && !bothPercent ? [value, value / 100] : [value];
}

function areEqual(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
}
