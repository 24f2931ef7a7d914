import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toIoError } from "./to-io-error.ts";

/** Marks every temporary file and folder this package makes, so that leftovers can be told from a user's files. */
export const TEMPORARY_MARK = ".oirl-tmp-";

/** A sibling of `path` that no other process uses: `.name.oirl-tmp-<random>`. */
export function temporarySibling(path: string): string {
  return join(
    dirname(path),
    `.${basename(path)}${TEMPORARY_MARK}${process.pid}-${randomBytes(4).toString("hex")}`,
  );
}

/** Makes the names inside a folder durable; a no-op on systems that cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // Windows cannot open folders, some network file systems cannot sync them: the rename itself stays atomic.
  } finally {
    await handle?.close();
  }
}

/**
 * Writes a file so that at any moment, even after a crash, `path` holds either all of its old or all of its new
 * content: temporary file in the same folder, fsync, rename, fsync of the folder.
 * @throws IoError naming the path and what to do (disk full, read-only, no permission); the temporary file is gone
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporarySibling(path);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw toIoError(error, path, "write");
  }
  await syncFolder(dirname(path));
}
