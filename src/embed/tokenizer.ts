/**
 * A whole or decimal number, with or without thousands separators. Every alternative consumes at least one digit and
 * nothing is tried twice, so the time is linear in the length of the text.
 */
const NUMBER = /\p{Nd}+(?:,\p{Nd}{3})*(?:\.\p{Nd}+)?/gu;
const TOKEN = /[\p{L}\p{M}\p{N}]+|[%$?/]/gu;
/** As TOKEN, and every other sign: operators, brackets, punctuation, ends of lines. */
const TOKEN_OR_SYMBOL = /[\p{L}\p{M}\p{N}]+|\n|[^\s\p{L}\p{M}\p{N}]/gu;
/** Scripts written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Marks without end are no writing; languages stack fewer than ten. */
const LONG_MARKS = /\p{M}{30}(?=\p{M})/gu;
/** In UTF-16 code units; far longer than any word. */
const WINDOW = 1024;
const WINDOW_OVERLAP = 64;
/** Longer numbers are told apart no further. */
const MAX_DIGITS = 4;

/**
 * Segments by dictionary whatever the locale; it is named only so that the machine's own does not matter. The
 * dictionaries belong to the ICU of the Node.js in use, so words of these scripts may differ between its releases.
 */
const wordSegmenter: Intl.Segmenter = new Intl.Segmenter("en", { granularity: "word" });

/**
 * Replaces every number by a token that tells its form only: `numdec` where it has a decimal point, else `num1` … `num4`
 * by its count of digits (four also stands for more), so that "24 eggs" and "36 eggs" read alike.
 */
export function maskNumbers(text: string): string {
  return text.replace(NUMBER, (number) => {
    if (number.includes(".")) return " numdec ";
    // Not `number.length`: digits outside the basic plane (mathematical, Adlam) take two code units.
    const digits = number.match(/\p{Nd}/gu)!.length;
    return ` num${Math.min(MAX_DIGITS, digits)} `;
  });
}

/**
 * Splits a text of any language into tokens: NFKC, lower case, numbers masked; a token is a run of letters, marks and
 * digits, or one of `% $ ? /`. Runs in scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are divided
 * into words. The time is linear in the length of the text, whatever it holds.
 */
export function tokenize(text: string): string[] {
  return split(text, TOKEN);
}

/** As `tokenize`, with every other sign (operators, brackets, punctuation, the end of a line) as a token of its own. */
export function tokenizeWithSymbols(text: string): string[] {
  return split(text, TOKEN_OR_SYMBOL);
}

/** As `tokenize`, with numbers as they are. */
export function tokenizeUnmasked(text: string): string[] {
  return splitNormal(normalize(text), TOKEN);
}

function split(text: string, token: RegExp): string[] {
  return splitNormal(maskNumbers(normalize(text)), token);
}

function normalize(text: string): string {
  return joinLongMarks(text).normalize("NFKC").toLowerCase();
}

function splitNormal(text: string, token: RegExp): string[] {
  const runs = text.match(token) ?? [];
  if (!UNSPACED.test(text)) return runs;
  return runs.flatMap((run) => (UNSPACED.test(run) ? divideIntoWords(run) : run));
}

/**
 * The Stream-Safe Text Process of Unicode (UAX 15, section 13): a combining grapheme joiner behind each 30 marks. To
 * normalize is to sort marks, which takes time quadratic in their number.
 */
function joinLongMarks(text: string): string {
  return text.replace(LONG_MARKS, "$&\u034f");
}

/**
 * Segmenting is quadratic too, so a long run is divided a window at a time. Words near the end of a window may be cut
 * by it: the next window begins before them.
 */
function divideIntoWords(run: string): string[] {
  if (run.length <= WINDOW) return Array.from(wordSegmenter.segment(run), ({ segment }) => segment);
  const words: string[] = [];
  for (let start = 0; start < run.length; ) {
    const end = start + WINDOW < run.length ? wholeCharacters(run, start + WINDOW) : run.length;
    const found = Array.from(wordSegmenter.segment(run.slice(start, end)), ({ segment }) => segment);
    let kept = 0;
    let next = start;
    while (kept < found.length && (kept === 0 || end === run.length || next < end - WINDOW_OVERLAP))
      next += found[kept++]!.length;
    for (let word = 0; word < kept; word++) words.push(found[word]!);
    start = next;
  }
  return words;
}

/** The nearest end that does not lie between two surrogates. */
function wholeCharacters(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text[end - 1]!) ? end - 1 : end;
}
