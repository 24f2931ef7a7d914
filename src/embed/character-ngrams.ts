import { z } from "zod";
import type { SparseFeatures, StoredState } from "../types/index.ts";
import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder, LocalFittedEmbedder } from "./embedder.ts";
import { SparseRowsBuilder } from "./sparse-rows-builder.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";

const SHORTEST = 3;
const LONGEST = 5;

/** A fitted character n-gram embedder. Its rows are sparse. */
export interface FittedCharacterNgrams extends LocalFittedEmbedder {
  embed(texts: readonly string[]): SparseFeatures;
}

/**
 * Embeds prompts by their character 3- to 5-grams within words: fit it on the candidates' templates. Values are
 * (1 + ln tf) · idf with idf = ln((1 + n) / (1 + df)) + 1 over the n candidates, rows of length 1, as scikit-learn's
 * `TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)`, after NFKC.
 */
export function characterNgrams(): Embedder {
  return {
    name: "character-ngrams",
    identity: async () => "character-ngrams",
    async fit(texts, options) {
      checkTrainingTexts(texts, options?.signal);
      return fitCharacterNgrams(texts);
    },
  };
}

function fitCharacterNgrams(texts: readonly string[]): FittedCharacterNgrams {
  const documents = new Map<string, number>();
  for (const text of texts)
    for (const gram of countGrams(text).keys()) documents.set(gram, (documents.get(gram) ?? 0) + 1);
  const inverse = Float64Array.from(
    documents.values(),
    (count) => Math.log((1 + texts.length) / (1 + count)) + 1,
  );
  return assemble([...documents.keys()], inverse);
}

const headerSchema = z.object({ grams: z.array(z.string()) });

/** @throws ModelFileError where the state contradicts itself */
export function restoreCharacterNgrams(state: StoredState): FittedCharacterNgrams {
  const { grams } = parseHeader(state, headerSchema);
  const inverse = takeArray(state, "inverseDocumentFrequency", Float64Array, grams.length);
  if (new Set(grams).size !== grams.length)
    throw malformed(state, "an n-gram stands twice in its vocabulary");
  // ln(texts) + 1 at most; the squares of numbers far from that overflow, or vanish.
  if (!inverse.every((weight) => weight > 1e-9 && weight < 1e9))
    throw malformed(state, "an inverse document frequency is not a positive number of common size");
  return assemble(grams, inverse);
}

function assemble(grams: readonly string[], inverseDocumentFrequency: Float64Array): FittedCharacterNgrams {
  const columnOf = new Map(grams.map((gram, column) => [gram, column]));
  return {
    isLocal: true,
    name: "character-ngrams",
    columns: grams.length,
    embed(texts) {
      const rows = new SparseRowsBuilder();
      for (const text of texts) {
        const entries: [column: number, value: number][] = [];
        for (const [gram, count] of countGrams(text)) {
          const column = columnOf.get(gram);
          if (column !== undefined)
            entries.push([column, (1 + Math.log(count)) * inverseDocumentFrequency[column]!]);
        }
        entries.sort(([left], [right]) => left - right);
        for (const [column, value] of entries) rows.add(column, value);
        rows.endUnitRow();
      }
      return rows.build(grams.length);
    },
    save: () => ({ kind: "character-ngrams", header: { grams }, arrays: { inverseDocumentFrequency } }),
  };
}

/** Counts the n-grams of every word padded with one space on either side; a word too short for a length counts once. */
function countGrams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  // A lone surrogate cannot be written as UTF-8; it becomes the replacement character.
  const clean = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\p{Surrogate}/gu, "\ufffd");
  for (const word of clean.split(/\s+/u)) {
    if (word === "") continue;
    const characters = Array.from(` ${word} `);
    for (let length = SHORTEST; length <= LONGEST; length++) {
      const starts = Math.max(1, characters.length - length + 1);
      for (let start = 0; start < starts; start++) {
        const gram = characters.slice(start, start + length).join("");
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
      // A word that has no second n-gram of this length would repeat itself in the longer ones.
      if (starts === 1) break;
    }
  }
  return counts;
}
