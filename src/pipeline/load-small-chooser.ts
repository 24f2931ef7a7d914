import { restoreWithoutFiles } from "../embed/index.ts";
import { restoreDefaultModel } from "../reward/index.ts";
import { chooserFromBytes } from "./chooser-bytes.ts";
import type { Chooser } from "./pipeline-types.ts";

/**
 * A chooser from the bytes that `saveChooser` of `prompt-oirl` gave, which may come from anyone. Reads no file and asks
 * for no network; holds the default reward model and the built-in embedders.
 * @throws ModelFileError where they are damaged, of another version, or contradict themselves
 * @throws UsageError where they need more than is here
 * @example
 * const chooser = await loadChooser(new Uint8Array(await (await fetch("/support.chooser")).arrayBuffer()));
 */
export async function loadSmallChooser(bytes: Uint8Array): Promise<Chooser> {
  return chooserFromBytes(bytes, { embedder: restoreWithoutFiles, rewardModel: restoreDefaultModel });
}
