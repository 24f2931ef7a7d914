import { dirname } from "node:path";
import { checkOutputFile, makeFolder, openRunDirectory, readQueriesFile } from "../data/index.ts";
import { AbortedError } from "../errors.ts";
import { choicesCsv } from "../report/index.ts";
import type { WorkOptions } from "../types/index.ts";
import { policyChooser } from "./chooser.ts";
import { readChooser } from "./chooser-files.ts";
import type { KnobOptions, OptimizedChoice } from "./pipeline-types.ts";
import { writeNewFile } from "./write-new-file.ts";

const BATCH = 256;

/**
 * Best-of-N for many questions: one row a question, written as CSV.
 * @param options.out @default results/choices.csv in the run directory
 * @param options.force replace that file where it holds something else @default false
 * @throws UsageError where it is the file of questions, a record of the run or a folder
 * @throws ExistsError where it holds something else and `force` is not set
 */
export async function optimizeRun(
  directory: string,
  options: { readonly queriesFile: string; readonly out?: string; readonly force?: boolean } & WorkOptions &
    KnobOptions,
): Promise<{ readonly file: string; readonly choices: readonly OptimizedChoice[] }> {
  const run = await openRunDirectory(directory);
  const { policy } = await readChooser(run);
  const chooser = policyChooser(policy);
  const file = options.out ?? run.file("results/choices.csv");
  await checkOutputFile(file, run, [options.queriesFile]);
  const queries = await readQueriesFile(options.queriesFile);
  const choices: OptimizedChoice[] = [];
  for (let start = 0; start < queries.length; start += BATCH) {
    if (options.signal?.aborted === true) throw new AbortedError("Canceled; no file was written.");
    options.onProgress?.("questions", start, queries.length);
    const batch = queries.slice(start, start + BATCH);
    const recommendations = await chooser.recommendMany(
      batch.map(({ text }) => text),
      {
        features: batch.map(({ features }) => features),
        ...{ worth: options.worth, budget: options.budget, keep: options.keep },
      },
    );
    recommendations.forEach(({ alternatives, ms, similarity, ...choice }, index) => {
      const { id: queryId, text: question } = batch[index]!;
      choices.push({ queryId, question, ...choice });
    });
  }
  options.onProgress?.("questions", queries.length, queries.length);
  await makeFolder(dirname(file));
  await writeNewFile(file, choicesCsv(choices), options.force === true);
  return { file, choices };
}
