import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { DataError, UsageError } from "../../errors.ts";
import { contentHash } from "../../util/index.ts";
import { toIoError } from "../files/to-io-error.ts";
import { checkRunFolder } from "./check-run-folder.ts";
import { criticVerdictFiles } from "./critic-verdicts.ts";
import { recoverInterruptedReplacement } from "./run-directory-replacement.ts";
import { MANIFEST_FILE, type RunManifest, readRunManifest } from "./run-manifest.ts";

/** Names of the log's files in a run directory. */
export const RUN_FILES = {
  queries: "queries.jsonl",
  prompts: "prompts.jsonl",
  interactions: "interactions.jsonl",
} as const;

/** A log and everything derived from it: the pipeline's memory. */
export interface RunDirectory {
  /** Absolute. */
  readonly path: string;
  readonly manifest: RunManifest;
  /**
   * Absolute path of a file or folder in the directory, e.g. `file("results/evaluation.json")`.
   * @throws UsageError for a name that leads out of it
   */
  file(name: string): string;
}

/**
 * Opens a run directory.
 * @throws UsageError where there is none, naming the command that makes one
 * @throws DataError where it is damaged, or holds symbolic links
 */
export async function openRunDirectory(path: string): Promise<RunDirectory> {
  const directory = resolve(path);
  await recoverInterruptedReplacement(directory);
  await checkRunFolder(directory);
  const manifest = await readRunManifest(directory);
  if (manifest === null) {
    const found = await stat(directory).catch(() => undefined);
    const what =
      found === undefined
        ? "does not exist"
        : found.isDirectory()
          ? `is not a run directory: it has no ${MANIFEST_FILE}`
          : "is a file, not a run directory";
    throw new UsageError(
      `${path} ${what}. Make one from a log with "oirl import table FILE --out ${path}" ("oirl import --help" lists the formats).`,
      { path },
    );
  }
  for (const name of Object.values(RUN_FILES)) {
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found?.isFile() !== true)
      throw new DataError("The file is missing, so the run is incomplete. Import the log again.", {
        file: join(directory, name),
      });
  }
  return { path: directory, manifest, file: (name) => fileInside(directory, name) };
}

/** The path of `name` below `directory`; refuses names that lead elsewhere. */
export function fileInside(directory: string, name: string): string {
  const path = resolve(directory, name);
  const below = relative(directory, path);
  if (
    name === "" ||
    name.includes("\0") ||
    isAbsolute(below) ||
    below === "" ||
    below.split(/[\\/]/)[0] === ".."
  )
    throw new UsageError(`"${name}" is not the name of a file inside the run directory ${directory}.`);
  return path;
}

const hashes = new WeakMap<RunDirectory, Promise<string>>();

/**
 * Hash of the run's content: queries, prompts, interactions, and what LLMs said of their own answers, byte for byte.
 * Computed once per opened run.
 */
export function hashRun(run: RunDirectory): Promise<string> {
  let hash = hashes.get(run);
  if (hash === undefined) {
    hash = hashContent(run);
    hashes.set(run, hash);
  }
  return hash;
}

async function hashContent(run: RunDirectory): Promise<string> {
  const names = [...Object.values(RUN_FILES), ...(await criticVerdictFiles(run))];
  return contentHash(...(await Promise.all(names.map((name) => hashFile(run.file(name))))));
}

/** SHA-256 of a file's bytes, read as a stream. Hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }))
      hash.update(chunk as Buffer);
  } catch (error) {
    throw toIoError(error, path, "read");
  }
  return hash.digest("hex");
}
