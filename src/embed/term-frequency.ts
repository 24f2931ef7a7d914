import { z } from "zod";
import type { SparseFeatures, StoredState } from "../types/index.ts";
import type { LocalFittedEmbedder } from "./embedder.ts";
import { learnNames } from "./learned-names.ts";
import {
  countColumns,
  DocumentCounter,
  indexNgrams,
  learnNgrams,
  type NgramIndex,
  type NgramVocabulary,
} from "./ngram-vocabulary.ts";
import { SparseRowsBuilder } from "./sparse-rows-builder.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";
import { type ReadText, TextReader } from "./text-reader.ts";

/** The ways of counting terms; see METHODS below. */
export type TermFrequencyKind = "masked-tf" | "form-tf" | "symbol-tf";

interface TermFrequencyMethod {
  /** Tokens of the longest n-grams. */
  readonly longest: number;
  /** Whether operators, brackets, punctuation and ends of lines are tokens too. */
  readonly countsSymbols: boolean;
  /** Whether names and pronouns are folded. */
  readonly foldsNames: boolean;
  /** Value of a term that stands `count` ≥ 1 times in a text, before the row is scaled to length 1. */
  readonly weigh: (count: number) => number;
}

/** None weighs terms by rarity: what tells questions apart here is their form, and its words are common ones. */
const METHODS: Readonly<Record<TermFrequencyKind, TermFrequencyMethod>> = {
  "masked-tf": {
    longest: 2,
    countsSymbols: false,
    foldsNames: false,
    weigh: (count) => 1 + Math.log(count),
  },
  "form-tf": { longest: 3, countsSymbols: false, foldsNames: true, weigh: () => 1 },
  "symbol-tf": { longest: 3, countsSymbols: true, foldsNames: true, weigh: () => 1 },
};

/** A term in one text only tells nothing of other texts … */
const MINIMUM_DOCUMENTS = 2;
/** … but of fewer texts than this hardly any term stands in two, and a poor likeness is better than none. */
const MIN_TEXTS_TO_PRUNE = 20;

const WORD = /[\p{L}\p{N}]/u;

/** Personal pronouns and possessives of English, without `it`: they stand where a name could. */
const PRONOUNS: ReadonlySet<string> = new Set(
  "he she him her his hers they their them i my we our".split(" "),
);
const PRONOUN = "pron";
const NAME = "name";

/** A fitted embedder that counts terms. Its rows are sparse. */
export interface FittedTermFrequency extends LocalFittedEmbedder {
  embed(texts: readonly string[]): SparseFeatures;
}

/** What a fit learns, or a file holds. */
interface LearnedTerms {
  readonly kind: TermFrequencyKind;
  /** Texts of the columns of single tokens. */
  readonly tokens: readonly string[];
  readonly vocabulary: NgramVocabulary;
  /** Lower-case names; null where capitals do not mark names (see `learnNames`), or where names are not folded. */
  readonly names: ReadonlySet<string> | null;
}

/**
 * Learns vocabulary and, where names are folded, names from training texts. What a question is about then makes way for
 * how it is built: names become `name`, pronouns `pron`, so that "Mary gave him 3 pens" and "Tom gave her 5 pens" read
 * alike. A capitalized word that is in no column counts as a name too, since that is what a new question's cast looks
 * like; so do, while learning, the words that are too rare for one.
 * @param texts each distinct text once
 * @param reader shared by the embedders that read the same texts
 */
export function fitTermFrequency(
  kind: TermFrequencyKind,
  texts: readonly string[],
  reader: TextReader = new TextReader(),
): FittedTermFrequency {
  const { foldsNames, longest } = METHODS[kind];
  const minimumDocuments = texts.length < MIN_TEXTS_TO_PRUNE ? 1 : MINIMUM_DOCUMENTS;
  const names = foldsNames ? learnNames(texts.map((text) => reader.learnCapitals(text))) : null;
  const documents = texts.map((text) => reader.learn(text));
  const counter = new DocumentCounter();
  documents.forEach((document, index) => {
    forTokens(kind, document, (token) => counter.add(token, index));
  });
  const isFrequent = (token: number): boolean => counter.documents(token) >= minimumDocuments;
  const fold = foldsNames ? tokenFolding(reader, names, isFrequent) : (token: number): number => token;
  const folded = documents.map((document) => foldTokens(kind, document, fold));
  const { columnOf, tokens } = frequentTokens(folded, minimumDocuments, reader);
  const columns = folded.map((document) => document.map((token) => columnOf.get(token) ?? -1));
  const vocabulary = learnNgrams(columns, tokens.length, { longest, minimumDocuments });
  return assemble({ kind, tokens, vocabulary, names }, reader);
}

/** The tokens in enough documents, columns in order of first appearance. */
function frequentTokens(
  documents: readonly Int32Array[],
  minimumDocuments: number,
  reader: TextReader,
): { columnOf: ReadonlyMap<number, number>; tokens: string[] } {
  const counter = new DocumentCounter();
  const seen = new Set<number>();
  documents.forEach((document, index) => {
    for (const token of document) {
      counter.add(token, index);
      seen.add(token);
    }
  });
  const columnOf = new Map<number, number>();
  const tokens: string[] = [];
  for (const token of seen) {
    if (counter.documents(token) < minimumDocuments) continue;
    columnOf.set(token, tokens.length);
    tokens.push(reader.tokens[token]!);
  }
  return { columnOf, tokens };
}

function forTokens(
  kind: TermFrequencyKind,
  { tokens, isWord, isCapitalized }: ReadText,
  visit: (token: number, isCapitalized: boolean) => void,
): void {
  const { countsSymbols } = METHODS[kind];
  for (let position = 0; position < tokens.length; position++)
    if (countsSymbols || isWord[position] === 1) visit(tokens[position]!, isCapitalized[position] === 1);
}

/** What a token is read as: -1 for one that is unknown. */
type Folding = (token: number, isCapitalized: boolean) => number;

/** @param isKnown whether a token stands in the vocabulary */
function tokenFolding(
  reader: TextReader,
  names: ReadonlySet<string> | null,
  isKnown: (token: number) => boolean,
): Folding {
  const pronoun = reader.indexToken(PRONOUN);
  const name = reader.indexToken(NAME);
  for (const token of [...PRONOUNS, ...(names ?? [])]) reader.indexToken(token);
  // One entry a token: what it always is, or -1.
  const role = Int32Array.from(reader.tokens, (token) =>
    PRONOUNS.has(token) ? pronoun : names?.has(token) ? name : -1,
  );
  return (token, isCapitalized) => {
    if (token >= 0 && role[token]! >= 0) return role[token]!;
    return names !== null && isCapitalized && (token < 0 || !isKnown(token)) ? name : token;
  };
}

function foldTokens(kind: TermFrequencyKind, document: ReadText, fold: Folding): Int32Array {
  const folded: number[] = [];
  forTokens(kind, document, (token, isCapitalized) => folded.push(fold(token, isCapitalized)));
  return Int32Array.from(folded);
}

const headerSchema = z.object({ tokens: z.array(z.string()), names: z.array(z.string()).nullable() });

/** @throws ModelFileError where the state contradicts itself */
export function restoreTermFrequency(
  kind: TermFrequencyKind,
  state: StoredState,
  reader: TextReader = new TextReader(),
): FittedTermFrequency {
  const header = parseHeader(state, headerSchema);
  const prefix = takeArray(state, "prefix", Int32Array);
  const last = takeArray(state, "last", Int32Array, prefix.length);
  const { tokens } = header;
  if (new Set(tokens).size !== tokens.length)
    throw malformed(state, "a token stands twice in its vocabulary");
  for (let index = 0; index < prefix.length; index++) {
    const isEarlier = prefix[index]! >= 0 && prefix[index]! < tokens.length + index;
    if (!isEarlier || last[index]! < 0 || last[index]! >= tokens.length)
      throw malformed(state, `n-gram ${index} refers to columns ${prefix[index]} and ${last[index]}`);
  }
  const { longest } = METHODS[kind];
  const names = header.names === null ? null : new Set(header.names);
  const vocabulary = { tokens: tokens.length, prefix, last, longest };
  for (const token of [...tokens, ...(names ?? [])]) reader.indexToken(token);
  return assemble({ kind, tokens, vocabulary, names }, reader);
}

function assemble(terms: LearnedTerms, reader: TextReader): FittedTermFrequency {
  const { kind, tokens, vocabulary, names } = terms;
  const { weigh, foldsNames, countsSymbols } = METHODS[kind];
  const columns = countColumns(vocabulary);
  const find = indexNgrams(vocabulary);
  const columnOfToken = new Map(tokens.map((token, column) => [reader.indexToken(token), column]));
  const isWordlike = tokens.map((token) => countsSymbols || WORD.test(token));
  const fold = foldsNames
    ? tokenFolding(reader, names, (token) => columnOfToken.has(token))
    : (token: number): number => token;
  return {
    isLocal: true,
    name: kind,
    columns,
    embed(texts) {
      const rows = new SparseRowsBuilder();
      for (const text of texts) {
        const folded = foldTokens(kind, reader.read(text), fold);
        const known = folded.map((token) => columnOfToken.get(token) ?? -1);
        // A question mark alone says nothing: the rest of the text is unknown, and so is the text.
        addRow(
          rows,
          known.some((column) => column >= 0 && isWordlike[column]) ? known : undefined,
          find,
          weigh,
        );
      }
      return rows.build(columns);
    },
    save: () => ({
      kind,
      header: { tokens: [...tokens], names: names === null ? null : [...names] },
      arrays: { prefix: vocabulary.prefix, last: vocabulary.last },
    }),
  };
}

function addRow(
  rows: SparseRowsBuilder,
  tokens: Int32Array | undefined,
  find: NgramIndex,
  weigh: TermFrequencyMethod["weigh"],
): void {
  const columns = tokens === undefined ? [] : find(tokens);
  for (let start = 0; start < columns.length; ) {
    let end = start + 1;
    while (end < columns.length && columns[end] === columns[start]) end++;
    rows.add(columns[start]!, weigh(end - start));
    start = end;
  }
  rows.endUnitRow();
}
