import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { contentHash } from "../../util/index.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { toIoError } from "../files/to-io-error.ts";
import { COLLECT_FOLDER } from "./appendable-run.ts";

const SCHEMA_FILE = "schema.json";

/** Keeps the JSON schema that grades a growing run's answers, whose hash the run's settings hold. */
export async function saveSchema(directory: string, text: string): Promise<void> {
  const file = locateSchema(directory);
  // A run has one schema for ever, which the hash in its settings makes sure of: only what is not there is written.
  if ((await readText(file)) !== text) await writeFileAtomic(file, text);
}

/**
 * The JSON schema that graded a run's answers.
 * @param hash of it, from the run's settings
 * @returns the file with it; null where the run keeps none, as those of older versions do
 * @throws DataError where another schema is there
 */
export async function loadSchema(directory: string, hash: string): Promise<string | null> {
  const file = locateSchema(directory);
  const text = await readText(file);
  if (text === null) return null;
  if (contentHash(text) !== hash)
    throw new DataError("This is not the JSON schema that graded the run's answers. Name that by --schema.", {
      file,
    });
  return file;
}

function locateSchema(directory: string): string {
  return join(directory, COLLECT_FOLDER, SCHEMA_FILE);
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw toIoError(error, file, "read");
  }
}
