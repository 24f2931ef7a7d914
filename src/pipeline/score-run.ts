import { openRunDirectory, readPromptsFile, readQueriesFile } from "../data/index.ts";
import type { WorkOptions } from "../types/index.ts";
import { readChooser } from "./chooser-files.ts";
import type { ScoreResult } from "./pipeline-types.ts";
import { scoreQuestions } from "./policy.ts";

/**
 * Rewards of any prompts for any questions, without calling the LLM. A prompt whose template stands in the log is
 * scored by its labels, any other by its text.
 * @param options.promptsFile without it, the prompts the chooser was trained on
 */
export async function scoreRun(
  directory: string,
  options: { readonly queriesFile: string; readonly promptsFile?: string } & WorkOptions,
): Promise<ScoreResult> {
  const { policy } = await readChooser(await openRunDirectory(directory));
  const queries = await readQueriesFile(options.queriesFile);
  const prompts =
    options.promptsFile === undefined ? policy.prompts : await readPromptsFile(options.promptsFile);
  const { scores } = await scoreQuestions(
    policy,
    { texts: queries.map(({ text }) => text), features: queries.map(({ features }) => features) },
    prompts,
    options,
  );
  const trained = new Set(policy.prompts.map(({ template }) => template));
  return {
    queryIds: queries.map(({ id }) => id),
    promptIds: prompts.map(({ id }) => id),
    seen: prompts.map(({ template }) => trained.has(template)),
    rewards: queries.map((_, row) => [...scores.subarray(row * prompts.length, (row + 1) * prompts.length)]),
  };
}
