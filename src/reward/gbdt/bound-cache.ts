/** What is kept of one node between rounds; the numbers of the kernels' node record that must survive. */
export interface KeptBounds {
  readonly hash: number;
  readonly promptSet: number;
  readonly count: number;
  /** Address of f32 [features]. */
  readonly keys: number;
  /** Address of the sums and queries of the round before. */
  readonly history: number;
  /** Whether keys and history have been filled. */
  filled: boolean;
  /** Batch that used it last. */
  lastBatch: number;
  /** Node fields NODE_SEED … NODE_LATENT_GROWTH. */
  readonly state: Float64Array;
}

/** A kept node among those with histories of its size. */
interface KeptEntry extends KeptBounds {
  readonly ofSize: SizeClass;
  /** Used just before and just after it. */
  older: KeptEntry | null;
  newer: KeptEntry | null;
}

/** All with a history of one size, in order of use: a stretch of memory fits one size only. */
interface SizeClass {
  readonly bytes: number;
  readonly free: number[];
  oldest: KeptEntry | null;
  newest: KeptEntry | null;
}

/** Number of node fields kept: seed, growth, clock, hessian growth, old center, tie mask, tie feature, latent growth. */
export const KEPT_FIELDS = 8;
const BYTES_PER_ENTRY = 20;
const MIN_STRETCH_BYTES = 64;
/** Entries a node has on average, for dividing the memory; only a guess. */
const EXPECTED_ENTRIES = 128;

/**
 * Memory for the bounds of nodes that come back from round to round. A node is known by a hash of its queries and
 * prompts; the kernels compare the queries themselves. The least recently used gives way.
 */
export class BoundCache {
  readonly #entries = new Map<number, KeptEntry>();
  readonly #sizes = new Map<number, SizeClass>();
  readonly #freeKeys: number[] = [];
  #historyNext: number;
  readonly #historyEnd: number;
  hits = 0;

  /**
   * @param address where its memory begins, a multiple of 64
   * @param bytes length of its memory
   * @param features number of keys a node keeps, a multiple of 4
   */
  constructor(address: number, bytes: number, features: number) {
    const keyBytes = Math.ceil((4 * features) / 16) * 16;
    const nodes = Math.floor(bytes / (keyBytes + BYTES_PER_ENTRY * EXPECTED_ENTRIES));
    for (let node = nodes - 1; node >= 0; node--) this.#freeKeys.push(address + node * keyBytes);
    this.#historyNext = Math.ceil((address + nodes * keyBytes) / 64) * 64;
    this.#historyEnd = address + bytes;
  }

  /** What is kept of a node, or room for it; null where there is none. */
  claim(hash: number, promptSet: number, count: number, batch: number): KeptBounds | null {
    const known = this.#entries.get(hash);
    if (known !== undefined) {
      if (known.lastBatch === batch) return null;
      if (known.promptSet === promptSet && known.count === count) {
        unlink(known);
        append(known);
        known.lastBatch = batch;
        if (known.filled) this.hits++;
        return known;
      }
      this.#drop(known);
    }
    const ofSize = this.#sizeClass(count);
    const keys = this.#takeKeys(batch);
    if (keys === undefined) return null;
    const history = this.#takeHistory(ofSize, batch);
    if (history === undefined) {
      this.#freeKeys.push(keys);
      return null;
    }
    const entry: KeptEntry = {
      hash,
      promptSet,
      count,
      keys,
      history,
      filled: false,
      lastBatch: batch,
      state: new Float64Array(KEPT_FIELDS),
      ofSize,
      older: null,
      newer: null,
    };
    this.#entries.set(hash, entry);
    append(entry);
    return entry;
  }

  #sizeClass(count: number): SizeClass {
    const bytes = 2 ** Math.ceil(Math.log2(Math.max(BYTES_PER_ENTRY * count, MIN_STRETCH_BYTES)));
    let ofSize = this.#sizes.get(bytes);
    if (ofSize === undefined) {
      ofSize = { bytes, free: [], oldest: null, newest: null };
      this.#sizes.set(bytes, ofSize);
    }
    return ofSize;
  }

  #takeKeys(batch: number): number | undefined {
    if (this.#freeKeys.length === 0) {
      let oldest: KeptEntry | null = null;
      for (const { oldest: candidate } of this.#sizes.values())
        if (candidate !== null && candidate.lastBatch < (oldest?.lastBatch ?? batch)) oldest = candidate;
      if (oldest !== null) this.#drop(oldest);
    }
    return this.#freeKeys.pop();
  }

  #takeHistory(ofSize: SizeClass, batch: number): number | undefined {
    const free = ofSize.free.pop();
    if (free !== undefined) return free;
    if (this.#historyNext + ofSize.bytes <= this.#historyEnd) {
      this.#historyNext += ofSize.bytes;
      return this.#historyNext - ofSize.bytes;
    }
    const { oldest } = ofSize;
    if (oldest === null || oldest.lastBatch === batch) return undefined;
    this.#drop(oldest);
    return ofSize.free.pop();
  }

  #drop(entry: KeptEntry): void {
    this.#entries.delete(entry.hash);
    unlink(entry);
    this.#freeKeys.push(entry.keys);
    entry.ofSize.free.push(entry.history);
  }
}

function unlink(entry: KeptEntry): void {
  const { ofSize, older, newer } = entry;
  if (older === null) ofSize.oldest = newer;
  else older.newer = newer;
  if (newer === null) ofSize.newest = older;
  else newer.older = older;
}

function append(entry: KeptEntry): void {
  const { ofSize } = entry;
  entry.older = ofSize.newest;
  entry.newer = null;
  if (ofSize.newest === null) ofSize.oldest = entry;
  else ofSize.newest.newer = entry;
  ofSize.newest = entry;
}
