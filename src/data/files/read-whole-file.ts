import { open } from "node:fs/promises";
import { DataError } from "../../errors.ts";
import { toIoError } from "./to-io-error.ts";

/** One read call takes at most 2 GiB; stay well below. */
const READ_BYTES = 2 ** 28;

/**
 * The bytes of a file of any size that fits into memory, at the start of a buffer of their own, so that typed arrays
 * can lie on it (`fs.readFile` stops at 2 GiB).
 * @param maxBytes files larger than this are refused before anything is allocated
 * @throws DataError where the file is missing or too large, IoError where it cannot be read
 */
export async function readWholeFile(
  path: string,
  maxBytes: number = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      if (size > maxBytes)
        throw new DataError(`The file has ${size} bytes; at most ${maxBytes} are read.`, { file: path });
      const bytes = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await handle.read(bytes, filled, Math.min(size - filled, READ_BYTES), filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof RangeError)
      throw new DataError("The file is too large for memory.", { file: path }, error);
    throw toIoError(error, path, "read");
  }
}
