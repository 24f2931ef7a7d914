import { InvalidArgumentError } from "commander";

function parseNumber(text: string, what: string, isRight: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || !isRight(value))
    throw new InvalidArgumentError(`expected ${what}.`);
  return value;
}

/** Whole numbers ≥ 1. */
export function parsePositiveInteger(text: string): number {
  return parseNumber(text, "a whole number ≥ 1", (value) => Number.isSafeInteger(value) && value >= 1);
}

/** Whole numbers ≥ 0. */
export function parseNonNegativeInteger(text: string): number {
  return parseNumber(text, "a whole number ≥ 0", (value) => Number.isSafeInteger(value) && value >= 0);
}

/** Numbers ≥ 0. */
export function parseAmount(text: string): number {
  return parseNumber(text, "a number ≥ 0", (value) => value >= 0);
}

/** Seconds, at most a day. */
export function parsePositive(text: string): number {
  return parseNumber(
    text,
    "a number of seconds above 0, at most 86400",
    (value) => value > 0 && value <= 86_400,
  );
}

/** Numbers in (0, 1]. */
export function parseShare(text: string): number {
  return parseNumber(text, "a number above 0, at most 1", (value) => value > 0 && value <= 1);
}

/** Numbers from -1 to 1. */
export function parseKappa(text: string): number {
  return parseNumber(text, "a number from -1 to 1", (value) => value >= -1 && value <= 1);
}

/** Numbers in [0, 1). */
export function parseFraction(text: string): number {
  return parseNumber(text, "a number from 0, below 1", (value) => value >= 0 && value < 1);
}
