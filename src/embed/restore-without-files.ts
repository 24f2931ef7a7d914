import { UsageError } from "../errors.ts";
import type { StoredState } from "../types/index.ts";
import type { FittedEmbedder } from "./embedder.ts";
import { restoreLocalEmbedder } from "./restore-local-embedder.ts";
import { restoreSideBySide } from "./side-by-side.ts";
import { TextReader } from "./text-reader.ts";

/**
 * As `restoreEmbedder`, of embedders that need neither files nor endpoints: so small that a browser can load it.
 * @throws UsageError for others; ModelFileError where the state contradicts itself
 */
export function restoreWithoutFiles(state: StoredState): FittedEmbedder {
  const reader = new TextReader();
  const restore = (part: StoredState): FittedEmbedder => {
    const embedder = restoreLocalEmbedder(part, reader);
    if (embedder !== null) return embedder;
    throw new UsageError(
      `the chooser's embedder is of kind "${part.kind.slice(0, 100)}", which prompt-oirl/chooser does not hold: load it by loadChooser of prompt-oirl`,
    );
  };
  return state.kind === "side-by-side" ? restoreSideBySide(state, restore) : restore(state);
}
