import { PairTable } from "./pair-table.ts";

/**
 * The n-grams of a vocabulary, one a column, closed under taking the prefix: first all single tokens, then all pairs,
 * then all triples. Column `tokens + i` is the n-gram of column `prefix[i]` followed by the token of column `last[i]`.
 */
export interface NgramVocabulary {
  /** Number of single tokens; they are columns 0 … tokens - 1. */
  readonly tokens: number;
  /** Column of the n-gram without its last token; always smaller than the n-gram's own column. */
  readonly prefix: Int32Array;
  /** Column of the last token. */
  readonly last: Int32Array;
  /** Tokens of the longest n-grams. */
  readonly longest: number;
}

/** What to keep. */
export interface NgramLimits {
  /** Tokens of the longest n-grams, ≥ 1. */
  readonly longest: number;
  /** An n-gram that stands in fewer documents is dropped, ≥ 1. */
  readonly minimumDocuments: number;
}

/**
 * Learns the n-grams that stand in enough documents, shortest first: a longer one can only be frequent where its two
 * parts are, so the rest is never counted. Columns stand in order of first appearance within their length.
 * @param documents columns of the tokens of each text, -1 for a token that is in no column
 * @param tokens number of columns of single tokens
 */
export function learnNgrams(
  documents: readonly Int32Array[],
  tokens: number,
  limits: NgramLimits,
): NgramVocabulary {
  const prefix: number[] = [];
  const last: number[] = [];
  // grams[d][i] is the column of the n-gram of the current length that starts at position i of document d, or -1.
  let grams: readonly Int32Array[] = documents;
  for (let length = 2; length <= limits.longest; length++) {
    const table = new PairTable();
    const counter = new DocumentCounter();
    const candidates = grams.map((columns, document) =>
      extendGrams(columns, documents[document]!, length, (first, second) => {
        const number = table.add(first, second);
        counter.add(number, document);
        return number;
      }),
    );
    const firstColumn = tokens + prefix.length;
    const columnOf = new Int32Array(table.size).fill(-1);
    for (let number = 0; number < table.size; number++) {
      if (counter.documents(number) < limits.minimumDocuments) continue;
      const [first, second] = table.pair(number);
      columnOf[number] = tokens + prefix.length;
      prefix.push(first);
      last.push(second);
    }
    if (tokens + prefix.length === firstColumn) break;
    grams = candidates.map((numbers) => numbers.map((number) => (number < 0 ? -1 : columnOf[number]!)));
  }
  return { tokens, prefix: Int32Array.from(prefix), last: Int32Array.from(last), longest: limits.longest };
}

/** Number of columns. */
export function countColumns(vocabulary: NgramVocabulary): number {
  return vocabulary.tokens + vocabulary.prefix.length;
}

/** Finds the columns of all known n-grams of a text, ascending; one that stands there twice comes twice. */
export type NgramIndex = (tokens: Int32Array) => Int32Array;

/** @returns a function of the columns of a text's tokens, -1 for unknown ones */
export function indexNgrams({ tokens, prefix, last, longest }: NgramVocabulary): NgramIndex {
  const table = new PairTable();
  for (let index = 0; index < prefix.length; index++) table.add(prefix[index]!, last[index]!);
  return (document) => {
    const found: number[] = [];
    let grams = document;
    for (let length = 1; length <= longest; length++) {
      if (length > 1)
        grams = extendGrams(grams, document, length, (first, second) => {
          const number = table.find(first, second);
          return number < 0 ? -1 : tokens + number;
        });
      for (const column of grams) if (column >= 0) found.push(column);
    }
    return Int32Array.from(found).sort();
  };
}

/**
 * From the n-grams one token shorter to those of `length`: position i gets `lookUp(prefix, last token)`, or -1 where one
 * of its two parts is unknown.
 */
function extendGrams(
  shorter: Int32Array,
  tokens: Int32Array,
  length: number,
  lookUp: (first: number, second: number) => number,
): Int32Array {
  const extended = new Int32Array(Math.max(0, tokens.length - length + 1));
  for (let start = 0; start < extended.length; start++) {
    const isPossible = shorter[start]! >= 0 && shorter[start + 1]! >= 0;
    extended[start] = isPossible ? lookUp(shorter[start]!, tokens[start + length - 1]!) : -1;
  }
  return extended;
}

/** Counts in how many documents things numbered from 0 stand; documents come one after the other. */
export class DocumentCounter {
  private counts: Int32Array = new Int32Array(1024);
  private latest: Int32Array = new Int32Array(1024).fill(-1);

  add(number: number, document: number): void {
    if (number >= this.counts.length) this.grow(number);
    if (this.latest[number] === document) return;
    this.latest[number] = document;
    this.counts[number]!++;
  }

  /** Documents that hold it. */
  documents(number: number): number {
    return number < this.counts.length ? this.counts[number]! : 0;
  }

  private grow(number: number): void {
    const { counts, latest } = this;
    const length = 2 * Math.max(number + 1, counts.length);
    this.counts = new Int32Array(length);
    this.latest = new Int32Array(length).fill(-1);
    this.counts.set(counts);
    this.latest.set(latest);
  }
}
