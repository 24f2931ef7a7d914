import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { ConfigError, ExistsError } from "../../errors.ts";
import type { Interaction, Prompt, Query } from "../../types/index.ts";
import { syncFolder, temporarySibling, writeFileAtomic } from "../files/atomic-write.ts";
import { readJsonLines } from "../files/json-lines.ts";
import { JsonLinesWriter } from "../files/json-lines-writer.ts";
import { pathExists } from "../files/path-exists.ts";
import { toIoError } from "../files/to-io-error.ts";
import { PACKAGE_VERSION } from "../package-version.ts";
import { checkRunFolder } from "./check-run-folder.ts";
import { parseRecord, promptSchema, querySchema } from "./record-schemas.ts";
import { RUN_FILES } from "./run-directory.ts";
import { MANIFEST_FILE, RUN_FORMAT_VERSION, type RunDescription, readRunManifest } from "./run-manifest.ts";
import { type RunSettings, readSettings, saveSettings } from "./save-settings.ts";

/** Folder of a growing run in which its maker keeps what it needs to go on. */
export const COLLECT_FOLDER = "collect";

/**
 * Makes the folder of a run that grows record by record, or finds the one that is there.
 * @returns its absolute path; it holds a folder `collect`
 * @throws ExistsError where something else is there: an imported log, or files of somebody else's
 * @throws DataError where a symbolic link is
 */
export async function prepareAppendableRun(path: string): Promise<string> {
  const directory = resolve(path);
  try {
    await mkdir(directory, { recursive: true });
    const entries = await readdir(directory);
    if (entries.length > 0 && !entries.includes(COLLECT_FOLDER)) {
      const what = entries.includes(MANIFEST_FILE)
        ? "holds an imported log, and collected answers are not mixed in"
        : "exists and is not a run directory, so it is left alone";
      throw new ExistsError(`${path} ${what}. Choose another folder.`, { path: directory });
    }
    await checkRunFolder(directory);
    await mkdir(join(directory, COLLECT_FOLDER), { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new ExistsError(`${path} is a file; choose another folder for the run.`, { path: directory });
    throw toIoError(error, directory, "write");
  }
  return directory;
}

/**
 * Brings a growing run up to new questions and prompts. What is there stays; killed at any moment, the next call
 * completes it. With `writeManifest` it becomes a run that `openRunDirectory` opens.
 * @returns all questions of the run, also those that were not given now
 * @throws ConfigError where a setting, or a question or prompt of the same id, is not what it was: nothing is mixed
 */
export async function extendAppendableRun(
  directory: string,
  settings: RunSettings,
  queries: readonly Query[],
  prompts: readonly Prompt[],
): Promise<Query[]> {
  await saveSettings(join(directory, COLLECT_FOLDER), directory, settings);
  const all = await extendRecords(join(directory, RUN_FILES.queries), querySchema, queries, "question");
  await extendRecords(join(directory, RUN_FILES.prompts), promptSchema, prompts, "prompt");
  const interactions = join(directory, RUN_FILES.interactions);
  try {
    await (await open(interactions, "a")).close();
  } catch (error) {
    throw toIoError(error, interactions, "write");
  }
  return all;
}

/**
 * Puts other interactions in place of those of a growing run, all at once: for labels that are made anew from what is
 * kept elsewhere.
 * @throws IoError where they cannot be written; the old ones are still there
 */
export async function replaceInteractions(
  directory: string,
  interactions: Iterable<Interaction>,
): Promise<void> {
  const file = join(directory, RUN_FILES.interactions);
  const temporary = temporarySibling(file);
  const writer = await JsonLinesWriter.create(temporary);
  try {
    for (const interaction of interactions) await writer.write(interaction);
    await writer.close();
    await rename(temporary, file);
  } catch (error) {
    await writer.discard();
    await rm(temporary, { force: true }).catch(() => undefined);
    throw toIoError(error, file, "write");
  }
  await syncFolder(directory);
}

/** Writes `run.json` anew; the time at which the run was made stays. */
export async function writeManifest(directory: string, description: RunDescription): Promise<void> {
  const earlier = await readRunManifest(directory);
  const manifest = {
    format: "prompt-oirl-run",
    formatVersion: RUN_FORMAT_VERSION,
    packageVersion: PACKAGE_VERSION,
    createdAt: earlier?.createdAt ?? new Date().toISOString(),
    ...description,
  };
  await writeFileAtomic(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Settings with which a growing run was begun; null for a run of another kind.
 * @throws DataError where they cannot be read
 */
export function readRunSettings(directory: string): Promise<RunSettings | null> {
  return readSettings(join(directory, COLLECT_FOLDER));
}

/** Adds records with new ids to a file, all at once. */
async function extendRecords<Item extends Query | Prompt>(
  file: string,
  schema: z.ZodType<Item>,
  records: readonly Item[],
  what: string,
): Promise<Item[]> {
  const known = new Map<string, Item>();
  if (await pathExists(file))
    for await (const { line, value } of readJsonLines(file)) {
      const record = parseRecord(schema, value, what, { file, line });
      known.set(record.id, record);
    }
  const before = known.size;
  for (const given of records) {
    const record = parseRecord(schema, given, what, { file });
    const earlier = known.get(record.id);
    if (earlier === undefined) known.set(record.id, record);
    else checkUnchanged(earlier, record, what, file);
  }
  const all = [...known.values()];
  if (known.size > before || before === 0)
    await writeFileAtomic(file, all.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return all;
}

function checkUnchanged(earlier: Query | Prompt, now: Query | Prompt, what: string, file: string): void {
  const before = new Map<string, string>(Object.entries(earlier));
  const after = new Map<string, string>(Object.entries(now));
  for (const field of new Set([...before.keys(), ...after.keys()]))
    if (before.get(field) !== after.get(field))
      throw new ConfigError(
        `The ${field} of the ${what} "${now.id}" has changed since the run was begun: it was ${excerpt(before.get(field))}, now it is ${excerpt(after.get(field))}. Give it a new id, or choose another folder.`,
        { file, id: now.id, field },
      );
}

function excerpt(text: string | undefined): string {
  if (text === undefined) return "missing";
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
