import { withAsciiDigits } from "../../util/index.ts";

/** What words mean by themselves, in lower case. */
const RIGHT = [
  "true",
  "yes",
  "y",
  "t",
  "p",
  "pass",
  "passed",
  "correct",
  "right",
  "success",
  "succeeded",
  "ok",
] as const;
const WRONG = ["false", "no", "n", "f", "fail", "failed", "incorrect", "wrong", "failure"] as const;
const WORDS: ReadonlyMap<string, number> = new Map([
  ...RIGHT.map((word) => [word, 1] as const),
  ...WRONG.map((word) => [word, 0] as const),
]);
/** inspect_ai's letters (correct, incorrect, partial, no answer), understood where a column holds no others. */
const LETTERS: ReadonlyMap<string, number> = new Map([
  ["c", 1],
  ["i", 0],
  ["p", 0.5],
  ["n", 0],
]);
/** Words for nothing, as spreadsheets, pandas and Python write them. */
const ABSENT: ReadonlySet<string> = new Set([
  "",
  "null",
  "none",
  "na",
  "n/a",
  "-",
  "nan",
  "<na>",
  "#n/a",
  "undefined",
]);
/** Words for a call or a grading that failed: nothing was graded then. */
const UNGRADED: ReadonlySet<string> = new Set([
  "error",
  "errored",
  "timeout",
  "timed out",
  "skip",
  "skipped",
]);
/** promptfoo's verdict before an answer. */
const VERDICT = /^\[(pass|fail|error)\](?:\s|$)/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** What a cell of verdicts says: how right the answer was, or that there is no verdict and why. */
export type Verdict =
  | {
      readonly kind: "reward";
      readonly value: number /** False for a number on the log's scale. */;
      readonly isWord: boolean;
    }
  | { readonly kind: "left out"; readonly why: string }
  /** Not understood. */
  | { readonly kind: "unknown" };

/** Which letters and words a column uses. */
export type VerdictDialect = "words" | "letters";

/** Words that count as right and as wrong, for messages. */
export const VERDICT_WORDS: string = `${RIGHT.join(", ")}, or ${WRONG.join(", ")}`;

/** Whether a word means nothing. */
export function isAbsent(text: string): boolean {
  return ABSENT.has(text.trim().toLowerCase());
}

/**
 * Reads one cell: a word, inspect_ai's letters in their dialect, a number, or a per cent.
 * @returns numbers as they are, whether in [0, 1] or not
 */
export function readVerdict(text: string, dialect: VerdictDialect): Verdict {
  const cell = plainText(text).toLowerCase();
  const word = VERDICT.exec(cell)?.[1] ?? cell;
  if (ABSENT.has(word)) return { kind: "left out", why: "no verdict" };
  if (UNGRADED.has(word)) return { kind: "left out", why: `verdict "${word}"` };
  const meaning = (dialect === "letters" ? LETTERS : WORDS).get(word);
  if (meaning !== undefined) return { kind: "reward", value: meaning, isWord: true };
  const number = readNumber(word);
  return number === undefined
    ? { kind: "unknown" }
    : { kind: "reward", value: number, isWord: word.endsWith("%") };
}

/** The dialect of a column by its first cells: letters where there is a C or I and no other words than C, I, P and N. */
export function verdictDialect(cells: Iterable<string>): VerdictDialect {
  let hasLetter = false;
  for (const text of cells) {
    const word = plainText(text).toLowerCase();
    if (ABSENT.has(word) || UNGRADED.has(word) || readNumber(word) !== undefined) continue;
    if (!LETTERS.has(word)) return "words";
    hasLetter ||= word === "c" || word === "i";
  }
  return hasLetter ? "letters" : "words";
}

/** A decimal number in any script's digits, with point or comma, or a per cent as its hundredth; undefined for others. */
export function readNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  const cell = plainText(text);
  const percent = /^(.*\S)\s*%$/.exec(cell)?.[1];
  const digits = (percent ?? cell).replace(/^([+-]?\d+),(\d+)$/, "$1.$2");
  if (!NUMBER.test(digits)) return undefined;
  return percent === undefined ? Number(digits) : Number(digits) / 100;
}

/** Trimmed, with ASCII digits, signs and letters for their many forms. */
function plainText(text: string): string {
  const trimmed = text.trim();
  if (/^[\x20-\x7e]*$/.test(trimmed)) return trimmed;
  return withAsciiDigits(trimmed.normalize("NFKC"))
    .replaceAll("−", "-")
    .replaceAll("٫", ".")
    .replaceAll("٪", "%");
}
