import { DataError } from "../../errors.ts";
import type { DataPart } from "../../types/index.ts";
import type { Place } from "./place.ts";
import { isAbsent, readNumber, readVerdict } from "./verdict-words.ts";

const PARTS: ReadonlyMap<string, DataPart | undefined> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["test", "test"],
  ["", undefined],
]);

/** Whether a cell could be a reward in [0, 1], for guessing what a column holds. */
export function looksLikeReward(text: string): boolean {
  return (["words", "letters"] as const).some((dialect) => {
    const verdict = readVerdict(text, dialect);
    return verdict.kind === "reward" ? verdict.value >= 0 && verdict.value <= 1 : verdict.kind === "left out";
  });
}

/**
 * A number in a cell.
 * @returns undefined for an empty cell
 * @throws DataError for anything that is not a number
 */
export function parseNumber(text: string, column: string, place: Place): number | undefined {
  if (isAbsent(text)) return undefined;
  const number = readNumber(text);
  if (number !== undefined) return number;
  throw new DataError(`Column "${column}" holds ${quote(text)}; expected a number or nothing.`, place);
}

/**
 * Which part of a published data set a row belongs to.
 * @throws DataError for anything but train, test or nothing
 */
export function parsePart(text: string, column: string, place: Place): DataPart | undefined {
  const word = text.trim().toLowerCase();
  if (PARTS.has(word)) return PARTS.get(word);
  throw new DataError(`Column "${column}" holds ${quote(text)}; expected train, test or nothing.`, place);
}

/** Whether a cell could name a part, for guessing. */
export function looksLikePart(text: string): boolean {
  return PARTS.has(text.trim().toLowerCase());
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
