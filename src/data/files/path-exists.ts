import { access } from "node:fs/promises";
import { toIoError } from "./to-io-error.ts";

/**
 * Whether there is a file or folder.
 * @throws IoError where that cannot be found out, such as for want of permission
 */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw toIoError(error, path, "read");
  }
}
