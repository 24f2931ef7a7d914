import type { Interval } from "../types/index.ts";

/** Shown where there is no value. */
export const NO_VALUE = "–";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** The typographic minus; "-0.0" is shown as "0.0". */
function fixedDigits(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A whole number with its thousands apart: 7,685. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** "1 question", "7 questions". */
export function pluralize(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A fraction as per cent, without the sign: 0.6443 → "64.4". */
export function formatPercentNumber(fraction: number, digits: number = 1): string {
  return fixedDigits(fraction * 100, digits);
}

/** A fraction as per cent: 0.6443 → "64.4 %". */
export function formatPercent(fraction: number | null, digits: number = 1): string {
  return fraction === null ? NO_VALUE : `${formatPercentNumber(fraction, digits)} %`;
}

/** A difference of fractions in percentage points, signed, without the unit: 0.019 → "+1.9". */
export function formatPointsNumber(difference: number): string {
  const text = fixedDigits(difference * 100, 1);
  return difference > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A difference of fractions in percentage points: 0.019 → "+1.9 points". */
export function formatPoints(difference: number | null): string {
  return difference === null ? NO_VALUE : `${formatPointsNumber(difference)} points`;
}

/** An interval of fractions, in per cent or percentage points: "[0.9, 3.0]". */
export function formatInterval(interval: Interval): string {
  return `[${formatPercentNumber(interval[0])}, ${formatPercentNumber(interval[1])}]`;
}

/** "+1.9 points [0.9, 3.0]"; the interval is left out where it is null. */
export function formatPointsWithInterval(difference: number, interval: Interval | null): string {
  return interval === null
    ? formatPoints(difference)
    : `${formatPoints(difference)} ${formatInterval(interval)}`;
}

/** A measure without unit, such as an AUC. */
export function formatMeasure(value: number | null, digits: number = 3): string {
  return value === null ? NO_VALUE : fixedDigits(value, digits);
}

/** A difference of measures without unit, signed. */
export function formatMeasureDifference(difference: number, digits: number = 3): string {
  const text = fixedDigits(difference, digits);
  return difference > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A probability in words' company: never "100 %" or "0 %" where it is only nearly so. */
export function formatProbability(probability: number): string {
  if (probability > 0.99 && probability < 1) return "over 99 %";
  if (probability < 0.01 && probability > 0) return "under 1 %";
  return formatPercent(probability, 0);
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** An ISO 8601 instant as "23 November 2026, 17:19 UTC"; a text that is none is returned as it is. */
export function formatInstant(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const time = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${time} UTC`;
}
