import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made = new Set<string>();

/** An empty folder of its own, removed when the test file that asked for it is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "oirl-test-"));
  made.add(folder);
  return folder;
}

/** Removes them all; `remove-temporary-folders.ts` calls it behind the last test of every file. */
export async function removeTemporaryFolders(): Promise<void> {
  await Promise.all(Array.from(made, (folder) => rm(folder, { recursive: true, force: true })));
  made.clear();
}
