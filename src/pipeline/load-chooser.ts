import { openRunDirectory } from "../data/index.ts";
import { restoreEmbedder } from "../embed/index.ts";
import { restoreRewardModel } from "../reward/index.ts";
import { policyChooser } from "./chooser.ts";
import { chooserFromBytes } from "./chooser-bytes.ts";
import { readChooser } from "./chooser-files.ts";
import type { Chooser } from "./pipeline-types.ts";
import { readLoggedRendering } from "./rendering/logged-rendering.ts";

/**
 * Loads the chooser that `train` stored in a run directory, or one from the bytes that `saveChooser` gave.
 * @throws UsageError where nothing has been trained
 * @throws ModelFileError where the stored model is damaged
 * @example
 * const chooser = await loadChooser("runs/support");
 * const { prompt } = chooser.recommend("How do I reset my password?");
 */
export async function loadChooser(source: string | Uint8Array): Promise<Chooser> {
  if (typeof source !== "string")
    return chooserFromBytes(source, { embedder: restoreEmbedder, rewardModel: restoreRewardModel });
  const run = await openRunDirectory(source);
  const { policy } = await readChooser(run);
  return policyChooser(policy, await readLoggedRendering(run.path));
}
