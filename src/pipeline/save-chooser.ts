import { encodeStoredState, openRunDirectory } from "../data/index.ts";
import type { StoredState } from "../types/index.ts";
import { CHOOSER_BYTES, CHOOSER_BYTES_FORMAT, type ChooserHeader } from "./chooser-bytes.ts";
import { readChooser } from "./chooser-files.ts";
import type { Policy } from "./policy.ts";
import { readLoggedRendering } from "./rendering/logged-rendering.ts";
import type { LoggedRendering } from "./rendering/prompt-renderer.ts";

/**
 * The chooser of a run in one piece, to be loaded by `loadChooser` where there is no file system: in a browser, or an
 * edge function. It holds the prompts' templates and words of the log's questions, no key and no answer.
 * @throws UsageError where nothing has been trained
 * @example
 * await writeFile("support.chooser", await saveChooser("runs/support"));
 */
export async function saveChooser(directory: string): Promise<Uint8Array> {
  const run = await openRunDirectory(directory);
  const { policy } = await readChooser(run);
  return encodeChooser(policy, await readLoggedRendering(run.path));
}

/** @param logged how the answers of its log were asked for */
export function encodeChooser(policy: Policy, logged: LoggedRendering): Uint8Array {
  const { variables = {}, hadFewShot = false, system, questionPosition, separator } = logged;
  const header: ChooserHeader = {
    prompts: policy.prompts.map(({ id, promptId, llm, template }) => ({ id, promptId, llm, template })),
    fixedColumn: policy.fixedColumn,
    margin: policy.margin,
    leastLikeness: policy.leastLikeness,
    gate: policy.gate,
    priced: policy.priced,
    latencyModel: policy.latencyModel,
    rendering: {
      ...(system !== undefined && { system }),
      ...(questionPosition !== undefined && { questionPosition }),
      ...(separator !== undefined && { separator }),
      variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
      hadFewShot,
    },
  };
  return encodeStoredState({
    kind: CHOOSER_BYTES,
    header: { format: CHOOSER_BYTES_FORMAT, ...(header as unknown as StoredState["header"]) },
    arrays: {
      embedder: encodeStoredState(policy.embedder.save()),
      rewardModel: encodeStoredState(policy.model.save()),
      likeness: encodeStoredState(policy.likeness.save()),
    },
  });
}
