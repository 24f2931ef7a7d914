import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { toIoError } from "../files/to-io-error.ts";

/** What this package reads and writes in a run directory; anything else there is the user's own. */
const READ_OR_WRITTEN: ReadonlySet<string> = new Set([
  ...["run.json", "queries.jsonl", "prompts.jsonl", "interactions.jsonl", "report.html"],
  ...["collect", "critic", "embeddings", "live", "models", "proposals", "results"],
]);

/**
 * Makes sure that a run directory, which may come from anyone, is made of files and folders only. A symbolic link would
 * have us read, or write, files elsewhere; to read a pipe or a device may never end. A link that names the run directory
 * itself is fine: whoever calls us wrote it.
 * @throws DataError naming what is no file, and what to do
 */
export async function checkRunFolder(directory: string): Promise<void> {
  const pending = [{ folder: directory, isTop: true }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of await listEntries(next.folder)) {
      if (next.isTop && !READ_OR_WRITTEN.has(entry.name)) continue;
      const path = join(next.folder, entry.name);
      if (entry.isDirectory()) pending.push({ folder: path, isTop: false });
      else if (!entry.isFile())
        throw new DataError(
          `This is ${entry.isSymbolicLink() ? "a symbolic link" : "a pipe, socket or device"}, and a run directory holds files and folders only, since it may come from anyone. Put the file itself there, or remove it.`,
          { file: path },
        );
    }
  }
}

async function listEntries(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Not there yet, or something else: whoever reads it says so.
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw toIoError(error, folder, "read");
  }
}
