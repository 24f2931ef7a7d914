import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { callCliForJson } from "./captured-cli.ts";
import { logLines, promptLines, simulateLog } from "./simulate-log.ts";

/** A simulated log small enough for many tests: 120 questions, asked twice under eight prompts. */
export const SMALL_LOG = { questions: 120, repeats: 2, seed: 5 } as const;

/** Writes the small log as a wide table and its prompts into a folder. */
export async function writeSmallLog(folder: string): Promise<{ table: string; prompts: string }> {
  const log = simulateLog(SMALL_LOG);
  const files = { table: join(folder, "log.jsonl"), prompts: join(folder, "prompts.jsonl") };
  await writeFile(files.table, logLines(log));
  await writeFile(files.prompts, promptLines(log));
  return files;
}

/** Imports the small log as a run directory in a folder. */
export async function importSmallLog(folder: string, name: string = "run"): Promise<string> {
  const { table, prompts } = await writeSmallLog(folder);
  const run = join(folder, name);
  await callCliForJson(["import", "table", table, "--prompts", prompts, "--out", run]);
  return run;
}
