import type { StoredState } from "../../types/index.ts";
import { CHECKSUM_START, PREFIX_BYTES, readLaidOutState } from "./stored-state-bytes.ts";

/**
 * As `decodeStoredState`, where there may be no Node: browsers and edge functions have Web Crypto.
 * @param what name for messages
 * @throws ModelFileError for every truncation or change
 */
export async function decodeStateAnywhere(bytes: Uint8Array, what: string): Promise<StoredState> {
  let digest = new Uint8Array(0);
  if (bytes.length >= PREFIX_BYTES) {
    const covered = new Uint8Array(bytes.length - (PREFIX_BYTES - CHECKSUM_START));
    covered.set(bytes.subarray(0, CHECKSUM_START));
    covered.set(bytes.subarray(PREFIX_BYTES), CHECKSUM_START);
    digest = new Uint8Array(await crypto.subtle.digest("SHA-256", covered));
  }
  return readLaidOutState(bytes, () => digest, what);
}
