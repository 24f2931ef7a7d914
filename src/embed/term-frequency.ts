import { z } from "zod";
import type { SparseFeatures, StoredState } from "../types/index.ts";
import type { LocalFittedEmbedder } from "./embedder.ts";
import {
  countColumns,
  frequentTokens,
  indexNgrams,
  learnNgrams,
  type NgramIndex,
  type NgramVocabulary,
} from "./ngram-vocabulary.ts";
import { foldNames, learnQuestionForm, type QuestionForm } from "./question-form.ts";
import { SparseRowsBuilder } from "./sparse-rows-builder.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";
import { tokenise } from "./tokeniser.ts";

/** The two ways of counting terms; see METHODS below. */
export type TermFrequencyKind = "masked-tf" | "form-tf";

interface TermFrequencyMethod {
  /** Tokens of the longest n-grams. */
  readonly longest: number;
  /** Whether names and pronouns are folded. */
  readonly foldsNames: boolean;
  /** Value of a term that stands `count` ≥ 1 times in a text, before the row is scaled to length 1. */
  readonly weigh: (count: number) => number;
}

/** Neither weighs terms by rarity: what tells questions apart here is their form, and its words are common ones. */
const METHODS: Readonly<Record<TermFrequencyKind, TermFrequencyMethod>> = {
  "masked-tf": { longest: 2, foldsNames: false, weigh: (count) => 1 + Math.log(count) },
  "form-tf": { longest: 3, foldsNames: true, weigh: () => 1 },
};

/** A term in one text only tells nothing of other texts … */
const MINIMUM_DOCUMENTS = 2;
/** … but of fewer texts than this hardly any term stands in two, and a poor likeness is better than none. */
const FEWEST_TEXTS_TO_PRUNE = 20;

const WORD = /[\p{L}\p{N}]/u;

/** A fitted embedder that counts terms. Its rows are sparse. */
export interface FittedTermFrequency extends LocalFittedEmbedder {
  embed(texts: readonly string[]): SparseFeatures;
}

/**
 * Learns vocabulary (and, for form TF, names) from training texts.
 * @param texts each distinct text once
 */
export function fitTermFrequency(kind: TermFrequencyKind, texts: readonly string[]): FittedTermFrequency {
  const { foldsNames, longest } = METHODS[kind];
  const minimumDocuments = texts.length < FEWEST_TEXTS_TO_PRUNE ? 1 : MINIMUM_DOCUMENTS;
  const tokens = texts.map(tokenise);
  const form = foldsNames ? learnQuestionForm(texts) : undefined;
  const documents = form === undefined ? tokens : foldDocuments(texts, tokens, form, minimumDocuments);
  return assemble(kind, learnNgrams(documents, { longest, minimumDocuments }), form);
}

/**
 * Folds the training texts as a new text will be: there, what is known is what the vocabulary holds. Folding never takes
 * away from a frequent token that is no name, so that is what is frequent before folding.
 */
function foldDocuments(
  texts: readonly string[],
  tokens: readonly (readonly string[])[],
  form: QuestionForm,
  minimumDocuments: number,
): string[][] {
  const frequent = new Set(frequentTokens(tokens, minimumDocuments));
  const isKnown = (token: string): boolean => frequent.has(token);
  return texts.map((text, index) => foldNames(text, tokens[index]!, form, isKnown));
}

const headerSchema = z.object({ tokens: z.array(z.string()), names: z.array(z.string()).nullable() });

/** @throws ModelFileError where the state contradicts itself */
export function restoreTermFrequency(kind: TermFrequencyKind, state: StoredState): FittedTermFrequency {
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
  const { foldsNames, longest } = METHODS[kind];
  const form = foldsNames ? { names: header.names === null ? null : new Set(header.names) } : undefined;
  return assemble(kind, { tokens, prefix, last, longest }, form);
}

function assemble(
  kind: TermFrequencyKind,
  vocabulary: NgramVocabulary,
  form: QuestionForm | undefined,
): FittedTermFrequency {
  const columns = countColumns(vocabulary);
  const index = indexNgrams(vocabulary);
  return {
    isLocal: true,
    name: kind,
    columns,
    embed(texts) {
      const rows = new SparseRowsBuilder();
      for (const text of texts) {
        const tokens = tokenise(text);
        addRow(
          rows,
          index,
          form ? foldNames(text, tokens, form, index.hasToken) : tokens,
          METHODS[kind].weigh,
        );
      }
      return rows.build(columns);
    },
    save: () => ({
      kind,
      header: { tokens: vocabulary.tokens, names: form?.names ? [...form.names] : null },
      arrays: { prefix: vocabulary.prefix, last: vocabulary.last },
    }),
  };
}

function addRow(
  rows: SparseRowsBuilder,
  index: NgramIndex,
  tokens: readonly string[],
  weigh: TermFrequencyMethod["weigh"],
): void {
  // A question mark alone says nothing: the rest of the text is unknown, and so is the text.
  const columns = tokens.some((token) => WORD.test(token) && index.hasToken(token)) ? index.find(tokens) : [];
  for (let start = 0; start < columns.length; ) {
    let end = start + 1;
    while (end < columns.length && columns[end] === columns[start]) end++;
    rows.add(columns[start]!, weigh(end - start));
    start = end;
  }
  rows.endUnitRow();
}
