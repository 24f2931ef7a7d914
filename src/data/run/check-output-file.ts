import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import { fingerprintFile } from "../importers/import-into-run.ts";
import { RUN_FILES, type RunDirectory } from "./run-directory.ts";
import { MANIFEST_FILE } from "./run-manifest.ts";

/**
 * Makes sure that a result does not take the place of what it is made from: a file that is read, the log the run was
 * imported from, or one of the run's own records. Anything else at that path is replaced, as other tools do with a file
 * that is named on purpose.
 * @param inputs paths of other files that are read
 * @throws UsageError where the path is one of them, or a folder
 */
export async function checkOutputFile(
  path: string,
  run: RunDirectory,
  inputs: readonly (string | undefined)[] = [],
): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true)
    throw new UsageError(`${path} is a folder, and one file is to be written.`);
  const target = await resolveLinks(path);
  const records = [MANIFEST_FILE, ...Object.values(RUN_FILES)].map((name) => run.file(name));
  for (const input of [...records, ...inputs])
    if (input !== undefined && (await resolveLinks(input)) === target)
      throw new UsageError(
        `${path} is read to make the result, and would be replaced by it. Choose another file by --out.`,
      );
  if (found === null) return;
  const sources = run.manifest.source.files.filter(({ bytes }) => bytes === found.size);
  if (sources.length === 0) return;
  const { sha256 } = await fingerprintFile(path);
  if (sources.some((source) => source.sha256 === sha256))
    throw new UsageError(
      `${path} is what the run was made from, and would be replaced by the result. Choose another file by --out.`,
    );
}

/** Without links, also for a file that does not exist yet. */
async function resolveLinks(path: string): Promise<string> {
  const absolute = resolve(path);
  return realpath(absolute).catch(async () => {
    const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
    return join(folder, basename(absolute));
  });
}
