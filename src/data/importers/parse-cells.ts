import { DataError } from "../../errors.ts";
import type { DataPart } from "../../types/index.ts";
import type { Place } from "./log-recorder.ts";

const RIGHT = new Set(["true", "yes", "y", "t", "pass", "passed", "correct", "right", "success"]);
const WRONG = new Set(["false", "no", "n", "f", "fail", "failed", "incorrect", "wrong", "failure"]);
/** promptfoo's verdict before an answer, and its word for a call that failed: nothing was graded then. */
const VERDICT = /^\[(pass|fail|error)\](?:\s|$)/;
const UNGRADED = "error";
const ABSENT = new Set(["", "null", "none", "na", "n/a", "-"]);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const PARTS: ReadonlyMap<string, DataPart | undefined> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["test", "test"],
  ["", undefined],
]);

/**
 * A reward written as a word (true, yes, pass, correct …), as `[PASS]` or `[FAIL]` before an answer, or as a number in
 * [0, 1].
 * @returns undefined for an empty cell or `[ERROR]`: no answer was graded, which is not a wrong answer
 * @throws DataError for anything else, NaN and numbers outside [0, 1] included
 */
export function parseReward(text: string, column: string, place: Place): number | undefined {
  const cell = text.trim().toLowerCase();
  const word = VERDICT.exec(cell)?.[1] ?? cell;
  if (ABSENT.has(word) || word === UNGRADED) return undefined;
  if (RIGHT.has(word)) return 1;
  if (WRONG.has(word)) return 0;
  const value = NUMBER.test(word) ? Number(word) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new DataError(
    `The reward in column "${column}" is ${quote(text)}; expected a number in [0, 1], or a word: ${[...RIGHT].join(", ")}, or ${[...WRONG].join(", ")} ("[PASS] …" and "[FAIL] …" as well). Divide other scales by their maximum; leave the cell empty where nothing was graded.`,
    place,
  );
}

/** Whether a cell could be a reward, for guessing what a column holds. */
export function looksLikeReward(text: string): boolean {
  try {
    parseReward(text, "", { file: "" });
    return true;
  } catch {
    return false;
  }
}

/**
 * A number in a cell.
 * @returns undefined for an empty cell
 * @throws DataError for anything that is not a number
 */
export function parseNumber(text: string, column: string, place: Place): number | undefined {
  const trimmed = text.trim();
  if (ABSENT.has(trimmed.toLowerCase())) return undefined;
  if (NUMBER.test(trimmed)) return Number(trimmed);
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
