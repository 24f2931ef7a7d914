import { createHash } from "node:crypto";
import { DataError, ModelFileError } from "../../errors.ts";
import type { StoredState } from "../../types/index.ts";
import { writeFileAtomic } from "./atomic-write.ts";
import { readWholeFile } from "./read-whole-file.ts";
import { CHECKSUM_START, layOutState, PREFIX_BYTES, readLaidOutState } from "./stored-state-bytes.ts";
import { systemErrorCode } from "./to-io-error.ts";

/**
 * Lays a state out as one buffer.
 * @throws ModelFileError if the header holds a number JSON cannot hold (NaN, infinity)
 */
export function encodeStoredState(state: StoredState): Uint8Array {
  return layOutState(state, checksum);
}

/**
 * Reads what `encodeStoredState` wrote, as untrusted input. The arrays may share memory with `bytes`.
 * @param file name for messages
 * @throws ModelFileError for every truncation or change
 */
export function decodeStoredState(bytes: Uint8Array, file?: string): StoredState {
  return readLaidOutState(bytes, checksum, file);
}

/** Stores a state atomically. */
export async function writeStoredState(path: string, state: StoredState): Promise<void> {
  await writeFileAtomic(path, encodeStoredState(state));
}

/** @throws ModelFileError where the file is missing or corrupt, IoError where it cannot be read */
export async function readStoredState(path: string): Promise<StoredState> {
  let bytes: Uint8Array;
  try {
    bytes = await readWholeFile(path);
  } catch (error) {
    if (error instanceof DataError && systemErrorCode(error.cause) === "ENOENT")
      throw new ModelFileError(
        `There is no stored model at ${path}; train one first.`,
        { file: path },
        error,
      );
    if (error instanceof DataError) throw new ModelFileError(error.message, { file: path }, error);
    throw error;
  }
  return decodeStoredState(bytes, path);
}

function checksum(bytes: Uint8Array): Buffer {
  const hash = createHash("sha256");
  // Updates in pieces: one update call takes at most 2 GiB.
  const update = (start: number, end: number): void => {
    for (let from = start; from < end; from += 2 ** 28)
      hash.update(bytes.subarray(from, Math.min(end, from + 2 ** 28)));
  };
  update(0, CHECKSUM_START);
  update(PREFIX_BYTES, bytes.length);
  return hash.digest();
}
