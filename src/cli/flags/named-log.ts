import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../errors.ts";

/** What a user named as the log. */
export type NamedLog =
  | { readonly kind: "config"; readonly file: string }
  /** A run directory, with its log inside. */
  | { readonly kind: "run"; readonly run: string }
  | {
      readonly kind: "table" | "jsonl";
      readonly file: string | readonly string[];
      /** For the run directory, and for the task where the log is no file. */
      readonly name: string;
      /** Set where the log is none of the user's files. */
      readonly task?: string;
    };

/** How a log is named on the command line. */
export interface LogArguments {
  /** Files, a folder of files, a run directory, a configuration, or `-`. */
  readonly paths: readonly string[];
  /** An evaluation in promptfoo's database. */
  readonly promptfoo?: string | undefined;
}

/**
 * Finds out what the arguments name, and lets `work` do something with it; what came by standard input, or from
 * promptfoo's database, is a file in a temporary folder until it ends.
 * @throws UsageError where they name several kinds of things
 */
export async function withNamedLog<Result>(
  { paths, promptfoo }: LogArguments,
  work: (log: NamedLog | undefined) => Promise<Result>,
): Promise<Result> {
  if (promptfoo === undefined && !paths.includes("-")) return work(await nameLog(paths));
  if (paths.length > (promptfoo === undefined ? 1 : 0))
    throw new UsageError(
      `${promptfoo === undefined ? "-" : "--promptfoo"} is a log by itself; leave the other names out.`,
    );
  const folder = await mkdtemp(join(tmpdir(), "oirl-log-"));
  try {
    if (promptfoo === undefined) return await work(await readStandardInput(folder));
    const { writePromptfooEval } = await import("../../data/index.ts");
    const { file } = await writePromptfooEval(promptfoo, folder);
    const name = basename(file, ".json");
    return await work({ kind: "table", file, name, task: name });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function nameLog(paths: readonly string[]): Promise<NamedLog | undefined> {
  const [path, ...others] = paths;
  if (path === undefined) return undefined;
  if (others.length > 0) return { kind: "table", file: paths, name: nameRun(path) };
  if (/\.ya?ml$/i.test(path)) return { kind: "config", file: path };
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const { isOwnRecords, readRunManifest } = await import("../../data/index.ts");
  if (!isFolder)
    return { kind: (await isOwnRecords(path)) ? "jsonl" : "table", file: path, name: nameRun(path) };
  if ((await readRunManifest(resolve(path))) !== null) return { kind: "run", run: path };
  // The folder itself is taken, so its run goes beside it.
  return { kind: "table", file: path, name: `${basename(resolve(path))}-run` };
}

/** `logs/mine.jsonl.gz` → `mine`. */
function nameRun(path: string): string {
  const name = basename(resolve(path)).replace(/\.(?:gz|zstd?)$/i, "");
  return basename(name, extname(name)) || "run";
}

async function readStandardInput(folder: string): Promise<NamedLog> {
  const unnamed = join(folder, "stdin");
  await pipeline(process.stdin, createWriteStream(unnamed));
  const { nameByContent } = await import("../../data/index.ts");
  return { kind: "table", file: await nameByContent(unnamed), name: "stdin-run", task: "stdin" };
}
