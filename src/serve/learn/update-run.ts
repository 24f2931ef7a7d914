import { join } from "node:path";
import { openRunDirectory } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import { readChooserManifest, type UpdateVerdict, updateChooser } from "../../pipeline/index.ts";
import type { WorkOptions } from "../../types/index.ts";
import { exposuresFolder, SERVICE_FOLDER } from "../served-chooser.ts";
import { type ExposureOutcome, readStore } from "../store/read-store.ts";
import { growLog } from "./grow-log.ts";

/** What `updateRun` found and did. */
export interface UpdateSummary extends UpdateVerdict {
  /** Choices in the store. */
  readonly exposures: number;
  /** Of these, with a reward. */
  readonly rewarded: number;
  /** With a reward, but made without exploration: they tell nothing of other prompts, and are left out. */
  readonly withoutExploration: number;
  /** Feedback of choices that are not in the store. */
  readonly unmatched: number;
  /** Run directory of the log with the feedback in it. */
  readonly log: string;
}

/**
 * Takes in what production said of a run's choices, retrains, and deploys the retrained chooser where production's own
 * estimates say that it does better than the deployed one. A service that runs takes it up by itself.
 * @param options.dryRun judge, and deploy nothing @default false
 * @throws UsageError where nothing is deployed, or nothing was served
 */
export async function updateRun(
  directory: string,
  options: WorkOptions & { readonly dryRun?: boolean } = {},
): Promise<UpdateSummary> {
  const run = await openRunDirectory(directory);
  const manifest = await readChooserManifest(run);
  if (manifest === null)
    throw new UsageError(`${directory} has no trained chooser yet; train one with: oirl train ${directory}`);
  const { exposures, unmatched } = await readStore(exposuresFolder(run));
  if (exposures.length === 0)
    throw new UsageError(
      `${directory} was not served yet, so there is nothing to learn from: oirl serve ${directory}`,
    );
  const rewarded = exposures.filter(
    (exposure): exposure is ExposureOutcome & { reward: number } => exposure.reward !== undefined,
  );
  const drawn = rewarded.filter(({ explore }) => explore > 0);
  const log = join(run.file(SERVICE_FOLDER), "log");
  await growLog(run, drawn, log);
  // What the deployed chooser was trained on says too much good of it.
  const choices = drawn.filter(({ at }) => at > manifest.trainedAt);
  const verdict = await updateChooser({ directory, grown: log, choices }, options);
  return {
    ...verdict,
    ...{ exposures: exposures.length, rewarded: rewarded.length, unmatched, log },
    withoutExploration: rewarded.length - drawn.length,
  };
}
