import { openRunDirectory, questionTextKey } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import type { QueryFeatures, WorkOptions } from "../../types/index.ts";
import { readChooser, writeChooser } from "../chooser-files.ts";
import { readLogLike } from "../chooser-manifest.ts";
import { prepareLog } from "../prepared-log.ts";
import { fitOnEverything, trainingKey } from "../train-run.ts";
import { keepDeployedChooser } from "./chooser-history.ts";
import { judgeRetraining } from "./judge-retraining.ts";
import type { LoggedChoice, UpdateVerdict } from "./update-types.ts";

/**
 * Judges a chooser retrained from a larger log against the deployed one, on choices of production, and puts it in place
 * where it passes the gate; the one before is kept.
 * @param directory run with the deployed chooser
 * @param grown run directory of its log with the feedback in it
 * @param choices made after the deployed chooser was trained; their questions stand in the grown log
 * @throws UsageError where nothing is deployed, or the chooser weighs costs
 */
export async function updateChooser(
  {
    directory,
    grown,
    choices,
  }: { readonly directory: string; readonly grown: string; readonly choices: readonly LoggedChoice[] },
  options: WorkOptions & { readonly dryRun?: boolean } = {},
): Promise<UpdateVerdict> {
  const run = await openRunDirectory(directory);
  const { policy: deployed, manifest } = await readChooser(run);
  const { settings } = manifest;
  if (settings.knob !== null)
    throw new UsageError(
      `${directory} has a chooser that weighs success against cost, and production's estimates are of success alone: train it anew with oirl train`,
    );
  const prepared = await prepareLog(grown, readLogLike(manifest));
  const columns = new Map(
    deployed.prompts.map(({ promptId, llm: of }, column) => [`${promptId}\0${of}`, column]),
  );
  const queries = new Map(
    prepared.log.queries.map(({ text, features }, query) => [questionKey(text, features), query]),
  );
  const placed = choices.flatMap((choice) => {
    const column = columns.get(`${choice.promptId}\0${choice.llm}`);
    const query = queries.get(questionKey(choice.question, choice.features));
    return column === undefined || query === undefined ? [] : [{ ...choice, column, query }];
  });
  const ids = Array.from(prepared.trainingPrompts, (prompt) => prepared.log.prompts[prompt]!.id);
  if (ids.join("\0") !== deployed.prompts.map(({ id }) => id).join("\0"))
    throw new UsageError(
      `${directory} has other candidates in its log than its chooser was trained with: train it anew with oirl train`,
    );
  const verdict = await judgeRetraining({ prepared, deployed, settings, choices: placed }, options);
  if (!verdict.promote || options.dryRun === true) return verdict;
  const { policy, questions } = await fitOnEverything(prepared, settings, options);
  await keepDeployedChooser(run);
  const key = await trainingKey(prepared, settings);
  await writeChooser(run, policy, { key, llm: prepared.log.llm, questions });
  return verdict;
}

/** Questions are one where text, but for case and white space, and features are the same. */
export function questionKey(text: string, features: QueryFeatures | undefined): string {
  const sorted = Object.entries(features ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${questionTextKey(text)}\0${JSON.stringify(sorted)}`;
}
