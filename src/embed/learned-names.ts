/** Words, and the marks after which a sentence, quotation or clause begins. */
const WORD_OR_START = /[\p{L}\p{M}]+|[.!?:;…。\n"“”«»„]/gu;
const CAPITALIZED = /^[\p{Lu}\p{Lt}]/u;
const LOWER_CASE = /^\p{Ll}/u;
const LETTER = /^[\p{L}\p{M}]/u;
const CAPITALIZED_WORD = /(?<![\p{L}\p{M}])[\p{Lu}\p{Lt}][\p{L}\p{M}]+/gu;

/** Titles are always capitalized, but their number and kind belong to the form of a question, not to its cast. */
const TITLES: ReadonlySet<string> = new Set(["mr", "mrs", "ms", "dr"]);
/** An abbreviation (Mr. Mrs. St. J.) is capitalized and short; the period after it ends no sentence. */
const LONGEST_ABBREVIATION = 3;
/** Of the occurrences of a name, at most one lower-case one to ten capitalized ones. */
const MAX_LOWER_SHARE = 0.1;
/** A word seen less often is not judged by where it stands. */
const MIN_TO_JUDGE = 3;
/** A word capitalized more rarely than this inside sentences owes its capital to their beginnings. */
const MIN_INSIDE_SHARE = 0.1;
/**
 * Above this share of capitalized words inside sentences a capital does not mark names: word problems in German have
 * about .4, other German texts a fourth and more, headlines nearly 1; English word problems have .02 to .04.
 */
export const MAX_CAPITALIZED_SHARE = 0.2;

/** How often words are capitalized in a collection of texts. */
interface CapitalCounts {
  readonly upper: ReadonlyMap<string, number>;
  readonly lower: ReadonlyMap<string, number>;
  /** Of `upper`, those that do not begin a sentence. */
  readonly upperInside: ReadonlyMap<string, number>;
  /** Capitalized words among all cased words inside sentences; 0 where there are none. */
  readonly capitalizedShare: number;
}

/**
 * Learns which words are names, from how they are written: capitalized nearly always, and also where no sentence begins.
 * Words seen once or twice count as names if they were always capitalized, since most such words are.
 * @returns lower-case words; null where capitals do not mark names (German, headlines), decided by their measured share
 */
export function learnNames(readings: readonly CapitalReading[]): ReadonlySet<string> | null {
  const counts = countCapitals(readings);
  if (counts.capitalizedShare > MAX_CAPITALIZED_SHARE) return null;
  const names = new Set<string>();
  for (const [word, upper] of counts.upper) {
    const isCapitalized = (counts.lower.get(word) ?? 0) <= MAX_LOWER_SHARE * upper;
    const isInside = upper < MIN_TO_JUDGE || (counts.upperInside.get(word) ?? 0) >= MIN_INSIDE_SHARE * upper;
    if (isCapitalized && isInside && word.length > 1 && !TITLES.has(word)) names.add(word);
  }
  return names;
}

/** The capitalized words of a text, in lower case. Single letters are none: they are more often initials, units or "I". */
export function capitalizedWords(text: string): Set<string> {
  return new Set((text.normalize("NFKC").match(CAPITALIZED_WORD) ?? []).map((word) => word.toLowerCase()));
}

/** The cased words of a text in reading order, in lower case, with how each is written. */
export interface CapitalReading {
  readonly words: readonly string[];
  /** Sum of UPPER (it is capitalized) and INSIDE (it begins no sentence), one a word. */
  readonly marks: Uint8Array;
}

const UPPER = 1;
const INSIDE = 2;

/** Reads how the words of a text are capitalized. */
export function readCapitals(text: string): CapitalReading {
  const words: string[] = [];
  const marks: number[] = [];
  let isStart = true;
  let previous = "";
  for (const [part] of text.normalize("NFKC").matchAll(WORD_OR_START)) {
    if (!LETTER.test(part)) {
      isStart = !(part === "." && CAPITALIZED.test(previous) && previous.length <= LONGEST_ABBREVIATION);
      continue;
    }
    const isUpper = CAPITALIZED.test(part);
    if (isUpper || LOWER_CASE.test(part)) {
      words.push(part.toLowerCase());
      marks.push((isUpper ? UPPER : 0) + (isStart ? 0 : INSIDE));
    }
    isStart = false;
    previous = part;
  }
  return { words, marks: Uint8Array.from(marks) };
}

/** Counts capitals; exported for the tests that measure languages. */
export function countCapitals(readings: readonly CapitalReading[]): CapitalCounts {
  const upper = new Map<string, number>();
  const lower = new Map<string, number>();
  const upperInside = new Map<string, number>();
  let casedInside = 0;
  let capitalizedInside = 0;
  for (const { words, marks } of readings) {
    words.forEach((word, position) => {
      const mark = marks[position]!;
      const isUpper = (mark & UPPER) !== 0;
      increment(isUpper ? upper : lower, word);
      if ((mark & INSIDE) === 0) return;
      casedInside++;
      if (!isUpper) return;
      capitalizedInside++;
      increment(upperInside, word);
    });
  }
  return { upper, lower, upperInside, capitalizedShare: capitalizedInside / Math.max(1, casedInside) };
}

function increment(counts: Map<string, number>, word: string): void {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}
