import { type CapitalReading, capitalizedWords, readCapitals } from "./learned-names.ts";
import { tokenizeWithSymbols } from "./tokenizer.ts";

/** A text as counting embedders see it. */
export interface ReadText {
  /** Numbers of its tokens, symbols among them, in the reader's table; -1 for one that it does not hold. */
  readonly tokens: Int32Array;
  /** 1 for a token that belongs to the words of a text (letters, digits, `% $ ? /`), 0 for another symbol. */
  readonly isWord: Uint8Array;
  /** 1 for a token that stands capitalized somewhere in the text. */
  readonly isCapitalized: Uint8Array;
}

/** The marks among the symbols that count as words (see `tokenize`). */
const WORD_START = /^[\p{L}\p{M}\p{N}%$?/]/u;

/** Beyond, what is read is not remembered: cross-validation of so large a log would rather read than run out of memory. */
const MAX_REMEMBERED = 20_000;

/**
 * Reads texts into numbers. While it learns, it numbers every token it meets and remembers each text, up to a limit, so that
 * embedders fitted on overlapping sets of texts, as in cross-validation, read each of them once.
 */
export class TextReader {
  readonly tokens: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly texts = new Map<string, ReadText>();
  private readonly capitals = new Map<string, CapitalReading>();
  private last: { readonly text: string; readonly read: ReadText; readonly tokens: number } | undefined;
  private readonly measurements = new Map<string, Float64Array>();

  /** The number of a token, a new one where it has none. */
  indexToken(token: string): number {
    const known = this.numbers.get(token);
    if (known !== undefined) return known;
    this.numbers.set(token, this.tokens.length);
    return this.tokens.push(token) - 1;
  }

  /** Reads a text to learn from. */
  learn(text: string): ReadText {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    return remember(
      this.texts,
      text,
      readText(text, (token) => this.indexToken(token)),
    );
  }

  /** Reads any text and numbers nothing. The last one is remembered, since several embedders may read it in turn. */
  read(text: string): ReadText {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const { last } = this;
    if (last?.text === text && last.tokens === this.tokens.length) return last.read;
    const read = readText(text, (token) => this.numbers.get(token) ?? -1);
    this.last = { text, read, tokens: this.tokens.length };
    return read;
  }

  /** Numbers measured on a text to learn from. @param measure always the same */
  learnMeasurements(text: string, measure: (text: string) => Float64Array): Float64Array {
    const known = this.measurements.get(text);
    if (known !== undefined) return known;
    return remember(this.measurements, text, measure(text));
  }

  /** Numbers measured on any text; remembers nothing. */
  measure(text: string, measure: (text: string) => Float64Array): Float64Array {
    return this.measurements.get(text) ?? measure(text);
  }

  /** How the words of a text to learn from are capitalized. */
  learnCapitals(text: string): CapitalReading {
    const known = this.capitals.get(text);
    if (known !== undefined) return known;
    return remember(this.capitals, text, readCapitals(text));
  }
}

function remember<Value>(values: Map<string, Value>, text: string, value: Value): Value {
  if (values.size < MAX_REMEMBERED) values.set(text, value);
  return value;
}

function readText(text: string, indexToken: (token: string) => number): ReadText {
  const tokens = tokenizeWithSymbols(text);
  const capitalized = capitalizedWords(text);
  return {
    tokens: Int32Array.from(tokens, indexToken),
    isWord: Uint8Array.from(tokens, (token) => (WORD_START.test(token) ? 1 : 0)),
    isCapitalized: Uint8Array.from(tokens, (token) => (capitalized.has(token) ? 1 : 0)),
  };
}
