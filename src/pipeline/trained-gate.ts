import type { GateDecision } from "../select/index.ts";
import { readChooserManifest } from "./chooser-manifest.ts";
import type { PolicySettings } from "./policy.ts";
import type { PreparedLog } from "./prepared-log.ts";
import { trainingKey } from "./train-run.ts";

/** The gate of the chooser trained from this very log and settings; null where there is none. */
export async function readTrainedGate(
  prepared: PreparedLog,
  settings: PolicySettings,
): Promise<GateDecision | null> {
  const manifest = await readChooserManifest(prepared.run);
  return manifest?.key === (await trainingKey(prepared, settings)) ? manifest.gate : null;
}
