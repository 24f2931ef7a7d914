import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { AbortedError } from "../errors.ts";
import { projectSparseRows, truncatedSvd } from "../kernels/index.ts";
import type { DenseFeatures, StoredState } from "../types/index.ts";
import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder, LocalFittedEmbedder } from "./embedder.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";
import {
  type FittedTermFrequency,
  fitTermFrequency,
  restoreTermFrequency,
  type TermFrequencyKind,
} from "./term-frequency.ts";

/** Components where the user names no number. */
export const DEFAULT_DIMENSIONS = 256;
/** More are refused: by then the terms themselves are the better embedding. */
export const MAX_DIMENSIONS = 4096;

/** A fitted latent semantic analysis. Its rows are dense. */
export interface FittedLsa extends LocalFittedEmbedder {
  embed(texts: readonly string[]): DenseFeatures;
}

/**
 * Latent semantic analysis: the term counts of `base`, projected on the right singular vectors of the training texts'
 * matrix (uncentered), rows of length 1. Fewer columns than `dimensions` where the texts span no more. Nothing of it is
 * cached: a fit takes seconds, and what it learns is as large as the vocabulary times the dimensions.
 * @param dimensions 1 to 4096, @default 256
 */
export function lsa(base: TermFrequencyKind, dimensions: number = DEFAULT_DIMENSIONS): Embedder {
  return {
    name: lsaName(base, dimensions),
    identity: async () => lsaName(base, dimensions),
    async fit(texts, { seed = 0, signal, onProgress } = {}) {
      checkTrainingTexts(texts, signal);
      const counts = fitTermFrequency(base, texts);
      const { rank, rightVectors } = await truncatedSvd(counts.embed(texts), {
        rank: dimensions,
        seed,
        afterPass(done, total) {
          onProgress?.("lsa", done, total);
          if (signal?.aborted) throw new AbortedError();
        },
        async pause() {
          // Lets a Ctrl-C be seen.
          await setImmediate();
          if (signal?.aborted) throw new AbortedError();
        },
      });
      return assemble(base, counts, dimensions, rank, rightVectors);
    },
  };
}

const headerSchema = z.object({
  base: z.object({
    kind: z.enum(["masked-tf", "form-tf"]),
    header: z.record(z.string(), z.json()),
  }),
  dimensions: z.int().min(1).max(MAX_DIMENSIONS),
  components: z.int().min(0).max(MAX_DIMENSIONS),
});

/** @throws ModelFileError where the state contradicts itself */
export function restoreLsa(state: StoredState): FittedLsa {
  const { base, dimensions, components } = parseHeader(state, headerSchema);
  const counts = restoreTermFrequency(base.kind, { ...base, arrays: state.arrays });
  const rightVectors = takeArray(state, "rightVectors", Float32Array, counts.columns * components);
  if (!rightVectors.every(Number.isFinite)) throw malformed(state, "a component holds NaN or infinity");
  return assemble(base.kind, counts, dimensions, components, rightVectors);
}

function assemble(
  base: TermFrequencyKind,
  counts: FittedTermFrequency,
  dimensions: number,
  components: number,
  rightVectors: Float32Array,
): FittedLsa {
  return {
    isLocal: true,
    name: lsaName(base, dimensions),
    columns: components,
    embed: (texts) => ({
      kind: "dense",
      rows: texts.length,
      columns: components,
      values: projectSparseRows(counts.embed(texts), rightVectors, components),
    }),
    save() {
      const { kind, header, arrays } = counts.save();
      return {
        kind: "lsa",
        header: { base: { kind, header }, dimensions, components },
        arrays: { ...arrays, rightVectors },
      };
    },
  };
}

function lsaName(base: TermFrequencyKind, dimensions: number): string {
  return `lsa:${base}:${dimensions}`;
}
