import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { contentHash } from "../../util/index.ts";
import { hashImportedFiles, isMatcherFile } from "../grading/index.ts";
import { hashFile } from "../run/run-directory.ts";
import type { SourceFile } from "../run/run-manifest.ts";
import { listLogFiles } from "./log-files.ts";

/**
 * Options that say where the log goes and who is told, not what is in it. `llm` is among them because later stages
 * ask for it to choose between a log's LLMs: choosing one does not make it another log.
 */
const NOT_OF_THE_LOG: ReadonlySet<string> = new Set([
  "kind",
  "out",
  "force",
  "onProgress",
  "signal",
  "onWarning",
  "llm",
  "dryRun",
]);
/** Options that name a file or folder the log is read from. */
const PATHS: ReadonlySet<string> = new Set([
  "file",
  "directory",
  "texts",
  "queriesFile",
  "promptsFile",
  "schemaFile",
]);

/**
 * Tells imports apart: a hash of the importer, its options, and the name and content of each file that is read,
 * a matcher's relative imports among them. Equal keys mean that importing again would give the same run.
 * @param kind the importer, as `run.json` names it
 * @param files those read from folders, by their names within these; where options name files, they are hashed here
 */
export async function importKey(
  kind: string,
  options: object,
  files: readonly SourceFile[] = [],
): Promise<string> {
  const parts: string[] = [kind];
  for (const [name, value] of Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (NOT_OF_THE_LOG.has(name) || value === undefined) continue;
    parts.push(name);
    const isModule = name === "matcher" && isMatcherFile(String(value));
    if (!isModule && !PATHS.has(name)) {
      parts.push(JSON.stringify(value));
      continue;
    }
    for await (const path of walkPaths(name, value)) {
      const found = await stat(path).catch(() => null);
      if (found?.isFile() === true) {
        parts.push(basename(path), await hashFile(path));
        const imports = isModule ? await hashImportedFiles(path, await readFile(path)) : null;
        if (imports !== null) parts.push(imports);
      } else if (found === null) parts.push("missing");
    }
  }
  for (const { name, sha256 } of files) parts.push(name, sha256);
  return contentHash(...parts);
}

/** The absolute paths an option names; of a log's folder, the tables in it. */
async function* walkPaths(name: string, value: unknown): AsyncGenerator<string, void, void> {
  if (name !== "file") {
    yield resolve(String(value));
    return;
  }
  const named = Array.isArray(value) ? value.map(String) : [String(value)];
  const files = await listLogFiles(named).catch(() => named);
  for (const file of files) yield resolve(file);
}
