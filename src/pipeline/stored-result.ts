import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, writeFileAtomic } from "../data/index.ts";

/**
 * A result stored under the hash of everything it depends on; null where there is none, it is damaged, or it was
 * made from something else.
 */
export async function readStoredResult<Result>(file: string, key: string): Promise<Result | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const stored = JSON.parse(text) as { key?: unknown; result?: Result };
    return stored.key === key && stored.result !== undefined ? stored.result : null;
  } catch {
    return null;
  }
}

/** Stores a result, replacing an older one in one step. */
export async function writeStoredResult(file: string, key: string, result: unknown): Promise<void> {
  await makeFolder(dirname(file));
  await writeFileAtomic(file, `${JSON.stringify({ key, result }, null, 2)}\n`);
}
