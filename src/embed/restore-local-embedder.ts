import type { StoredState } from "../types/index.ts";
import { restoreCharacterNgrams } from "./character-ngrams.ts";
import type { FittedEmbedder } from "./embedder.ts";
import { restoreLsa } from "./lsa.ts";
import { restoreQueryFeatures } from "./query-features.ts";
import { restoreStyle } from "./style.ts";
import { restoreTermFrequency } from "./term-frequency.ts";
import type { TextReader } from "./text-reader.ts";

/**
 * Restores a fitted embedder that needs neither files nor endpoints.
 * @returns null where the state is of another kind
 * @throws ModelFileError where it contradicts itself
 */
export function restoreLocalEmbedder(state: StoredState, reader?: TextReader): FittedEmbedder | null {
  switch (state.kind) {
    case "form-tf":
    case "masked-tf":
    case "symbol-tf":
      return restoreTermFrequency(state.kind, state, reader);
    case "character-ngrams":
      return restoreCharacterNgrams(state);
    case "lsa":
      return restoreLsa(state);
    case "style":
      return restoreStyle(state);
    case "features":
      return restoreQueryFeatures(state);
    default:
      return null;
  }
}
