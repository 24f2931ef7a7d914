import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ImportSummary, openRunDirectory, readRewardLog } from "../../src/data/index.ts";
import type { RewardLog } from "../../src/types/index.ts";
import { callCli } from "./captured-cli.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What an import by the command line gave. */
export interface ImportedCase {
  readonly summary: ImportSummary;
  readonly stderr: string;
  readonly run: string;
  readonly log: RewardLog;
  /** Share of right answers by prompt's id. */
  readonly success: Record<string, number>;
}

/** Imports as a user does; fails where the command does. */
export async function importCase(args: readonly string[], llm?: string): Promise<ImportedCase> {
  const run = join(await temporaryFolder(), "run");
  const { exitCode, stdout, stderr } = await callCli(["import", "table", ...args, "--out", run, "--json"]);
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  const log = await readRewardLog(await openRunDirectory(run), llm === undefined ? {} : { llm });
  const success = Object.fromEntries(
    log.prompts.map(({ id }, prompt) => {
      const rewards = log.reward.filter((_, entry) => log.promptIndex[entry] === prompt);
      return [id, rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length];
    }),
  );
  return { summary: JSON.parse(stdout) as ImportSummary, stderr, run, log, success };
}

/** The message of an import that must be refused, and its exit status. */
export async function refusedCase(args: readonly string[]): Promise<{ exitCode: number; message: string }> {
  const run = join(await temporaryFolder(), "run");
  const { exitCode, stderr } = await callCli(["import", "table", ...args, "--out", run]);
  return { exitCode, message: stderr.replaceAll(/\s+/g, " ") };
}

/** Writes a file of a second case; objects become JSON Lines, a list of lists CSV. */
export async function caseFile(
  name: string,
  content: string | Uint8Array | readonly object[],
): Promise<string> {
  return writeCase(await temporaryFolder(), name, content);
}

/** Writes several files of a case. @returns their folder */
export async function caseFolder(
  files: Readonly<Record<string, string | Uint8Array | readonly object[]>>,
): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeCase(folder, name, content);
  return folder;
}

async function writeCase(
  folder: string,
  name: string,
  content: string | Uint8Array | readonly object[],
): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const text = Array.isArray(content)
    ? content.map((row) => (Array.isArray(row) ? row.map(csvCell).join(",") : JSON.stringify(row))).join("\n")
    : (content as string | Uint8Array);
  await writeFile(path, text);
  return path;
}

function csvCell(value: unknown): string {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `count` rows by their numbers, flattened. */
export function rows<Row>(count: number, make: (row: number) => readonly Row[]): Row[] {
  return Array.from({ length: count }, (_, row) => make(row)).flat();
}
