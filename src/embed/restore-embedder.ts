import { ModelFileError } from "../errors.ts";
import type { StoredState } from "../types/index.ts";
import { restoreCharacterNgrams } from "./character-ngrams.ts";
import type { EmbedderOptions } from "./create-embedder.ts";
import type { FittedEmbedder } from "./embedder.ts";
import { restoreTermFrequency } from "./term-frequency.ts";

/**
 * Restores what `save()` of a fitted embedder returned. The state is taken as untrusted.
 * @throws ModelFileError where it is of no known kind or contradicts itself
 */
export function restoreEmbedder(state: StoredState, _options: EmbedderOptions = {}): FittedEmbedder {
  switch (state.kind) {
    case "form-tf":
    case "masked-tf":
      return restoreTermFrequency(state.kind, state);
    case "character-ngrams":
      return restoreCharacterNgrams(state);
    default:
      throw new ModelFileError(
        `The stored embedder is of the unknown kind "${String(state.kind).slice(0, 100)}"; it may come from a newer version of prompt-oirl. Update, or train the model again.`,
      );
  }
}
