import { dirname } from "node:path";
import {
  checkOutputFile,
  makeFolder,
  openRunDirectory,
  readQueriesFile,
  writeFileAtomic,
} from "../data/index.ts";
import { AbortedError } from "../errors.ts";
import { choicesCsv } from "../report/index.ts";
import type { WorkOptions } from "../types/index.ts";
import { policyChooser } from "./chooser.ts";
import { readChooser } from "./chooser-files.ts";
import type { OptimizedChoice } from "./pipeline-types.ts";

const BATCH = 256;

/**
 * Best-of-N for many questions: one row a question, written as CSV.
 * @param options.out replaced if it is there @default results/choices.csv in the run directory
 * @throws UsageError where that is the file of questions, a record of the run or a folder
 */
export async function optimizeRun(
  directory: string,
  options: { readonly queriesFile: string; readonly out?: string } & WorkOptions,
): Promise<{ readonly file: string; readonly choices: readonly OptimizedChoice[] }> {
  const run = await openRunDirectory(directory);
  const { policy } = await readChooser(run);
  const chooser = policyChooser(policy);
  const file = options.out ?? run.file("results/choices.csv");
  await checkOutputFile(file, run, [options.queriesFile]);
  const queries = await readQueriesFile(options.queriesFile);
  const choices: OptimizedChoice[] = [];
  for (let start = 0; start < queries.length; start += BATCH) {
    if (options.signal?.aborted === true) throw new AbortedError("Cancelled; no file was written.");
    options.onProgress?.("questions", start, queries.length);
    const batch = queries.slice(start, start + BATCH);
    const recommendations = await chooser.recommendMany(
      batch.map(({ text }) => text),
      { features: batch.map(({ features }) => features) },
    );
    recommendations.forEach(({ promptId, score, fixedPromptId, fixedScore, queryDependent }, index) => {
      choices.push({ queryId: batch[index]!.id, promptId, score, fixedPromptId, fixedScore, queryDependent });
    });
  }
  options.onProgress?.("questions", queries.length, queries.length);
  await makeFolder(dirname(file));
  await writeFileAtomic(file, choicesCsv(choices));
  return { file, choices };
}
