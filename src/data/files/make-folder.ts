import { mkdir } from "node:fs/promises";
import { toIoError } from "./to-io-error.ts";

/**
 * Makes a folder and those above it; one that is there already is fine.
 * @throws IoError naming the path and what to do
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw toIoError(error, path, "write");
  }
}
