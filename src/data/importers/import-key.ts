import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { contentHash } from "../../util/index.ts";

/** Options that say where the log goes and who is told, not what is in it. */
const NOT_OF_THE_LOG: ReadonlySet<string> = new Set([
  "kind",
  "out",
  "force",
  "onProgress",
  "signal",
  "onWarning",
]);
/** Options that name a file or folder the log is read from. */
const PATHS: ReadonlySet<string> = new Set(["file", "directory", "texts", "queriesFile", "promptsFile"]);

/**
 * Tells imports apart without reading the log: a hash of the importer, its options, and the place, size and age of each
 * file or folder they name. Equal keys mean that importing again would give the same run.
 * @param kind the importer, as `run.json` names it
 */
export async function importKey(kind: string, options: object): Promise<string> {
  const parts: string[] = [kind];
  for (const [name, value] of Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (NOT_OF_THE_LOG.has(name) || value === undefined) continue;
    parts.push(name);
    if (!PATHS.has(name)) {
      parts.push(JSON.stringify(value));
      continue;
    }
    const path = resolve(String(value));
    const found = await stat(path).catch(() => null);
    parts.push(path, `${found?.size} ${found?.mtimeMs}`);
  }
  return contentHash(...parts);
}
