/**
 * The n-grams of a vocabulary, one a column, closed under taking the prefix: first all single tokens, then all pairs,
 * then all triples. Column `tokens.length + i` is the n-gram of column `prefix[i]` followed by token `last[i]`.
 */
export interface NgramVocabulary {
  /** Single tokens; token t is column t. */
  readonly tokens: readonly string[];
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
 * @param documents tokens of each text
 */
export function learnNgrams(documents: readonly (readonly string[])[], limits: NgramLimits): NgramVocabulary {
  const tokens = frequentTokens(documents, limits.minimumDocuments);
  const columnOf = new Map(tokens.map((token, column) => [token, column]));
  const tokenColumns = documents.map((document) =>
    Int32Array.from(document, (token) => columnOf.get(token) ?? -1),
  );
  const prefix: number[] = [];
  const last: number[] = [];
  // grams[d][i] is the column of the n-gram of the current length that starts at position i of document d, or -1.
  let grams: readonly Int32Array[] = tokenColumns;
  for (let length = 2; length <= limits.longest; length++) {
    const counter = new DocumentCounter();
    const candidates = grams.map((columns, document) =>
      extendGrams(columns, tokenColumns[document]!, length, tokens.length, (key) =>
        counter.add(key, document),
      ),
    );
    const kept = counter.keep(limits.minimumDocuments);
    const firstColumn = tokens.length + prefix.length;
    for (const key of kept.keys) {
      prefix.push(Math.floor(key / tokens.length));
      last.push(key % tokens.length);
    }
    grams = candidates.map((ids) =>
      ids.map((id) => (id >= 0 && kept.rank[id]! >= 0 ? firstColumn + kept.rank[id]! : -1)),
    );
  }
  return { tokens, prefix: Int32Array.from(prefix), last: Int32Array.from(last), longest: limits.longest };
}

/** Number of columns. */
export function countColumns(vocabulary: NgramVocabulary): number {
  return vocabulary.tokens.length + vocabulary.prefix.length;
}

/** Finds the columns of the n-grams of a text. */
export interface NgramIndex {
  hasToken(token: string): boolean;
  /** Columns of all known n-grams of the tokens, ascending; one that stands there twice comes twice. */
  find(document: readonly string[]): Int32Array;
}

/** Makes a vocabulary searchable. */
export function indexNgrams(vocabulary: NgramVocabulary): NgramIndex {
  const { tokens, prefix, last, longest } = vocabulary;
  const tokenColumn = new Map(tokens.map((token, column) => [token, column]));
  const gramColumn = new Map<number, number>();
  for (let index = 0; index < prefix.length; index++)
    gramColumn.set(prefix[index]! * tokens.length + last[index]!, tokens.length + index);
  return {
    hasToken: (token) => tokenColumn.has(token),
    find(document) {
      const tokenColumns = Int32Array.from(document, (token) => tokenColumn.get(token) ?? -1);
      const found: number[] = [];
      let grams: Int32Array = tokenColumns;
      for (let length = 1; length <= longest; length++) {
        if (length > 1)
          grams = extendGrams(grams, tokenColumns, length, tokens.length, (key) => gramColumn.get(key) ?? -1);
        for (const column of grams) if (column >= 0) found.push(column);
      }
      return Int32Array.from(found).sort();
    },
  };
}

/**
 * From the n-grams one token shorter to those of `length`: position i gets `lookUp(prefix · tokenCount + last token)`, or
 * -1 where one of its two parts is unknown.
 */
function extendGrams(
  shorter: Int32Array,
  tokenColumns: Int32Array,
  length: number,
  tokenCount: number,
  lookUp: (key: number) => number,
): Int32Array {
  const extended = new Int32Array(Math.max(0, tokenColumns.length - length + 1));
  for (let start = 0; start < extended.length; start++) {
    const isPossible = shorter[start]! >= 0 && shorter[start + 1]! >= 0;
    extended[start] = isPossible
      ? lookUp(shorter[start]! * tokenCount + tokenColumns[start + length - 1]!)
      : -1;
  }
  return extended;
}

/** The tokens that stand in enough documents, in order of first appearance. */
export function frequentTokens(
  documents: readonly (readonly string[])[],
  minimumDocuments: number,
): string[] {
  const frequency = new Map<string, number>();
  for (const document of documents)
    for (const token of new Set(document)) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  const frequent: string[] = [];
  for (const [token, count] of frequency) if (count >= minimumDocuments) frequent.push(token);
  return frequent;
}

/** Counts in how many documents a key stands; documents come one after the other. */
class DocumentCounter {
  private readonly ids = new Map<number, number>();
  private readonly documents: number[] = [];
  private readonly latest: number[] = [];

  /** Notes the key and returns its number, counted from 0 by first appearance. */
  add(key: number, document: number): number {
    const known = this.ids.get(key);
    if (known === undefined) {
      this.ids.set(key, this.documents.length);
      this.latest.push(document);
      return this.documents.push(1) - 1;
    }
    if (this.latest[known] !== document) {
      this.latest[known] = document;
      this.documents[known]!++;
    }
    return known;
  }

  /** The keys in enough documents, and for each number its place among them, or -1. */
  keep(minimumDocuments: number): { keys: number[]; rank: Int32Array } {
    const keys: number[] = [];
    const rank = new Int32Array(this.documents.length).fill(-1);
    for (const [key, id] of this.ids)
      if (this.documents[id]! >= minimumDocuments) rank[id] = keys.push(key) - 1;
    return { keys, rank };
  }
}
