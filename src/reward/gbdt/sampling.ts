import { seededRandom, shuffledIndices } from "../../util/index.ts";

/**
 * Which pairs a round's tree sees. Each pair is decided by a hash of seed, round and its own number, so that the
 * order in which pairs are visited is free.
 * @returns null where all take part
 */
export function pairSampler(
  seed: number,
  round: number,
  fraction: number,
): ((pair: number) => boolean) | null {
  if (fraction >= 1) return null;
  const start = mix(mix(seed | 0) ^ round);
  const limit = fraction * 2 ** 32;
  return (pair) => mix(start ^ mix(pair)) >>> 0 < limit;
}

/** Finalizer of MurmurHash3 (Austin Appleby), after adding an odd constant so that 0 does not map to 0. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * Which of `columns` features a round's tree sees: at least one, else the fraction rounded down.
 * @returns null where all take part
 */
export function featureSampler(
  seed: number,
  round: number,
  fraction: number,
  columns: number,
): Uint8Array | null {
  if (fraction >= 1) return null;
  const order = shuffledIndices(columns, seededRandom(seed * 0x10000 + round));
  const active = new Uint8Array(columns);
  for (const column of order.subarray(0, Math.max(1, Math.floor(fraction * columns)))) active[column] = 1;
  return active;
}
