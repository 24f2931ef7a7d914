import { readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExistsError } from "../../errors.ts";
import { syncFolder, TEMPORARY_MARK } from "../files/atomic-write.ts";
import { toIoError } from "../files/to-io-error.ts";
import { MANIFEST_FILE } from "./run-manifest.ts";

/*
 * A folder cannot be renamed over a full one, so a run is replaced in two steps:
 *
 *   run → .run.oirl-replaced        (the old one steps aside)
 *   .run.oirl-tmp-… → run           (the new one takes its place)
 *
 * Killed between the two, there is no `run`; whoever opens it next puts the old one back.
 */
const REPLACED_MARK = ".oirl-replaced";

/** What this package writes into a run directory; anything else there belongs to the user. */
const OWN_ENTRIES: ReadonlySet<string> = new Set([
  MANIFEST_FILE,
  "queries.jsonl",
  "prompts.jsonl",
  "interactions.jsonl",
  "collect",
  "critic",
  "embeddings",
  "models",
  "results",
  "report.html",
]);

/**
 * Checks that a run may be made at `directory`: nothing is there, or an empty folder, or, with `force`, a run.
 * @throws ExistsError otherwise; a folder that is not a run is never replaced
 */
export async function checkReplaceable(directory: string, force: boolean): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(directory);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return;
    if (code === "ENOTDIR" && (await isFile(directory)))
      throw new ExistsError(`${directory} is a file; choose another folder for the run.`, {
        path: directory,
      });
    throw toIoError(error, directory, "write");
  }
  if (entries.length === 0) return;
  if (!entries.includes(MANIFEST_FILE))
    throw new ExistsError(
      `${directory} exists and is not a run directory (it has no ${MANIFEST_FILE}), so it is left alone. Choose another folder.`,
      { path: directory },
    );
  if (!force)
    throw new ExistsError(
      `${directory} already holds a run. Choose another folder, or replace it, with its models and results, by --force.`,
      { path: directory },
    );
}

/**
 * Puts a finished run in place of whatever `checkReplaceable` allowed. The user's own files in an old run are kept.
 */
export async function moveIntoPlace(temporary: string, directory: string): Promise<void> {
  const replaced = replacedName(directory);
  try {
    await rm(replaced, { recursive: true, force: true });
    if (await isRun(directory)) await rename(directory, replaced);
    else await rmdir(directory).catch(ignoreMissing);
    try {
      await rename(temporary, directory);
    } catch (error) {
      await rename(replaced, directory).catch(ignoreMissing);
      throw error;
    }
    await syncFolder(dirname(directory));
    await discardReplaced(replaced, directory);
  } catch (error) {
    throw toIoError(error, directory, "write");
  }
}

/** Repairs what a process killed in the middle of `moveIntoPlace` left behind. */
export async function recoverInterruptedReplacement(directory: string): Promise<void> {
  const replaced = replacedName(directory);
  if (!(await isRun(replaced))) return;
  if (await isRun(directory)) await discardReplaced(replaced, directory);
  else await rename(replaced, directory).catch(ignoreMissing);
}

/** Removes half-made runs of processes that no longer live. */
export async function removeLeftovers(directory: string): Promise<void> {
  const prefix = `.${basename(directory)}${TEMPORARY_MARK}`;
  const siblings = await readdir(dirname(directory)).catch(() => []);
  for (const name of siblings) {
    if (!name.startsWith(prefix)) continue;
    const processId = Number(/^(\d+)-[0-9a-f]{8}$/.exec(name.slice(prefix.length))?.[1] ?? Number.NaN);
    if (Number.isNaN(processId) || isAlive(processId)) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Moves the user's own files from the old run into the new one and deletes the rest. */
async function discardReplaced(replaced: string, directory: string): Promise<void> {
  const entries = await readdir(replaced).catch(() => []);
  for (const name of entries)
    if (!OWN_ENTRIES.has(name) && !name.includes(TEMPORARY_MARK))
      await rename(join(replaced, name), join(directory, name)).catch(ignoreMissing);
  await rm(replaced, { recursive: true, force: true });
}

function replacedName(directory: string): string {
  return join(dirname(directory), `.${basename(directory)}${REPLACED_MARK}`);
}

async function isRun(directory: string): Promise<boolean> {
  return isFile(join(directory, MANIFEST_FILE));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
