import { ModelFileError } from "../errors.ts";
import type { StoredState } from "../types/index.ts";
import type { EmbedderOptions } from "./create-embedder.ts";
import type { FittedEmbedder } from "./embedder.ts";
import { restoreNpy } from "./npy-embedder.ts";
import { restoreOpenAi } from "./openai-embedder.ts";
import { restoreLocalEmbedder } from "./restore-local-embedder.ts";
import { restoreSideBySide } from "./side-by-side.ts";
import { TextReader } from "./text-reader.ts";

/**
 * Restores what `save()` of a fitted embedder returned. The state is taken as untrusted.
 * @param options for embedders that ask an endpoint
 * @throws ModelFileError where it is of no known kind or contradicts itself; UsageError where it names an endpoint that the
 * environment does not (see `checkRestoredBaseUrl`)
 */
export function restoreEmbedder(state: StoredState, options: EmbedderOptions = {}): FittedEmbedder {
  const local = restoreLocalEmbedder(state, options.reader);
  if (local !== null) return local;
  switch (state.kind) {
    case "npy":
      return restoreNpy(state);
    case "openai":
      return restoreOpenAi(state, options);
    case "side-by-side":
      return restoreSideBySide(state, restorePart({ ...options, reader: new TextReader() }));
    default:
      throw new ModelFileError(
        `The stored embedder is of the unknown kind "${String(state.kind).slice(0, 100)}"; it may come from a newer version of prompt-oirl. Update, or train the model again.`,
      );
  }
}

function restorePart(options: EmbedderOptions): (part: StoredState) => FittedEmbedder {
  return (part) => restoreEmbedder(part, options);
}
