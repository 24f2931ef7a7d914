import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Interaction, Prompt, Query } from "../../types/index.ts";
import { syncFolder, temporarySibling, writeFileAtomic } from "../files/atomic-write.ts";
import { readJsonLines } from "../files/json-lines.ts";
import { JsonLinesWriter } from "../files/json-lines-writer.ts";
import { toIoError } from "../files/to-io-error.ts";
import { PACKAGE_VERSION } from "../package-version.ts";
import { fileInside, openRunDirectory, RUN_FILES, type RunDirectory } from "./run-directory.ts";
import {
  checkReplaceable,
  moveIntoPlace,
  recoverInterruptedReplacement,
  removeLeftovers,
} from "./run-directory-replacement.ts";
import { MANIFEST_FILE, RUN_FORMAT_VERSION, type RunDescription, type RunManifest } from "./run-manifest.ts";

/** Whether an existing run may be replaced. */
export interface CreateRunOptions {
  /** @default false */
  readonly force?: boolean;
}

/** Takes a log record by record. Nothing is seen at the run's path before `commit`. */
export interface RunDirectoryWriter {
  addQuery(query: Query): void;
  addPrompt(prompt: Prompt): void;
  /** @param json the interaction's JSON, where it is known */
  addInteraction(interaction: Interaction, json?: string): void;
  /** Hands on what has gathered in memory; to be awaited every some hundred records. */
  drain(): Promise<void>;
  /**
   * Gives the interactions written so far other repetitions, in their order; -1 leaves one as it is. None may be written
   * afterwards.
   */
  renumberInteractions(repetitions: ArrayLike<number>): Promise<void>;
  /** Path at which a further file of the run can be written before `commit`; its folder exists. */
  prepareFile(name: string): Promise<string>;
  /** Makes everything durable and moves it into place. */
  commit(description: RunDescription): Promise<RunDirectory>;
  /** Throws everything away; an existing run stays as it was. Harmless after `commit`. */
  discard(): Promise<void>;
}

/**
 * Begins a run directory in a temporary folder beside `path`. However the process ends before `commit`, an existing
 * run stays whole; the leftover folder is removed by the next import.
 * @throws ExistsError where a run is there and `force` is not set, or where something else is there
 * @throws IoError where the file system refuses
 */
export async function createRunDirectory(
  path: string,
  options: CreateRunOptions = {},
): Promise<RunDirectoryWriter> {
  const directory = resolve(path);
  await recoverInterruptedReplacement(directory);
  await checkReplaceable(directory, options.force ?? false);
  await removeLeftovers(directory);
  const temporary = temporarySibling(directory);
  const writers: JsonLinesWriter[] = [];
  const openWriter = async (name: string): Promise<JsonLinesWriter> => {
    const writer = await JsonLinesWriter.create(fileInside(temporary, name));
    writers.push(writer);
    return writer;
  };
  const discard = async (): Promise<void> => {
    for (const writer of writers) await writer.discard();
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  };
  let queries: JsonLinesWriter;
  let prompts: JsonLinesWriter;
  let interactions: JsonLinesWriter;
  try {
    await mkdir(dirname(directory), { recursive: true });
    await mkdir(temporary);
    queries = await openWriter(RUN_FILES.queries);
    prompts = await openWriter(RUN_FILES.prompts);
    interactions = await openWriter(RUN_FILES.interactions);
  } catch (error) {
    await discard();
    throw toIoError(error, directory, "write");
  }
  let committed = false;
  return {
    addQuery: (query) => queries.add(query),
    addPrompt: (prompt) => prompts.add(prompt),
    addInteraction: (interaction, json) => interactions.add(interaction, json),
    async drain() {
      for (const writer of [queries, prompts, interactions]) await writer.drain();
    },
    async renumberInteractions(repetitions) {
      await interactions.flush();
      const renumbered = await openWriter(`${RUN_FILES.interactions}.renumbered`);
      let entry = 0;
      for await (const { value } of readJsonLines(interactions.path)) {
        const repetition = repetitions[entry++] ?? -1;
        await renumbered.write(repetition === -1 ? (value as object) : { ...(value as object), repetition });
      }
      await renumbered.close();
      for (const writer of [interactions, renumbered]) writers.splice(writers.indexOf(writer), 1);
      await interactions.discard();
      try {
        await rename(renumbered.path, interactions.path);
      } catch (error) {
        throw toIoError(error, interactions.path, "write");
      }
    },
    async prepareFile(name) {
      const file = fileInside(temporary, name);
      try {
        await mkdir(dirname(file), { recursive: true });
      } catch (error) {
        throw toIoError(error, file, "write");
      }
      return file;
    },
    async commit(description) {
      for (const writer of writers) await writer.close();
      const manifest: RunManifest = {
        format: "prompt-oirl-run",
        formatVersion: RUN_FORMAT_VERSION,
        packageVersion: PACKAGE_VERSION,
        createdAt: new Date().toISOString(),
        ...description,
      };
      await writeFileAtomic(fileInside(temporary, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
      await syncFolder(temporary);
      // Someone else may have made a run here in the meantime.
      await checkReplaceable(directory, options.force ?? false);
      await moveIntoPlace(temporary, directory);
      committed = true;
      return openRunDirectory(directory);
    },
    async discard() {
      if (!committed) await discard();
    },
  };
}
