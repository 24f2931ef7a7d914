const WORD_CHARACTER_BEFORE = /[\p{L}\p{M}\p{N}_]$/u;
const WORD_CHARACTER_AFTER = /^[\p{L}\p{M}\p{N}_]/u;
/** A hyphen in front of a number that is no sign: `5-3`, `GPT-4`, `(8) -2`. */
const JOINING_HYPHEN = /(?:[\p{L}\p{N}_)\]}]|[\p{N})\]}] )-$/u;

/** Marks what would be a wrong answer. */
const WRONG = "!";

/**
 * The answer has the golden answer in it as a whole word or words, whatever else it says; capitals count for nothing.
 * `|` separates golden answers of which any will do: `Holland|the Netherlands`. A number is found whole only: 3 is
 * neither in "3.5" nor in "13" nor in "-3".
 *
 * Parts that begin with `!` are wrong answers, and of all parts the one named first counts: for `elephant|!cat`, "an
 * elephant is bigger than a cat" is right and "a cat is bigger than an elephant" is not.
 */
export function containsMatch(answer: string, goldenAnswer: string): boolean {
  const text = folded(answer);
  let first = { start: Number.POSITIVE_INFINITY, length: 0, isRight: false };
  for (const part of goldenAnswer.split("|").map(folded)) {
    const isRight = !part.startsWith(WRONG);
    const words = isRight ? part : part.slice(WRONG.length).trim();
    const start = findPosition(words, text);
    // Of two that begin together the longer one is meant: "not true" rather than "not".
    const isLonger = start === first.start && words.length > first.length;
    if (Number.isFinite(start) && (start < first.start || isLonger))
      first = { start, length: words.length, isRight };
  }
  return first.isRight;
}

/** Infinity where the words are nowhere. */
function findPosition(words: string, text: string): number {
  if (words !== "")
    for (let start = text.indexOf(words); start >= 0; start = text.indexOf(words, start + 1))
      if (isWhole(text, start, words)) return start;
  return Number.POSITIVE_INFINITY;
}

function isWhole(text: string, start: number, words: string): boolean {
  // Neighbors as far as the patterns look.
  const before = text.slice(Math.max(0, start - 4), start);
  const after = text.slice(start + words.length, start + words.length + 4);
  if (WORD_CHARACTER_AFTER.test(words) && WORD_CHARACTER_BEFORE.test(before)) return false;
  if (WORD_CHARACTER_BEFORE.test(words) && WORD_CHARACTER_AFTER.test(after)) return false;
  if (/^\p{N}/u.test(words) && goesOnBefore(before)) return false;
  return !(/\p{N}$/u.test(words) && /^[.,]\p{N}/u.test(after));
}

/** Whether what stands before a number makes it another number: digits with a point or comma, or a sign. */
function goesOnBefore(before: string): boolean {
  return /\p{N}[.,]$/u.test(before) || (before.endsWith("-") && !JOINING_HYPHEN.test(before));
}

function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("−", "-")
    .replaceAll(/\s+/g, " ")
    .trim();
}
