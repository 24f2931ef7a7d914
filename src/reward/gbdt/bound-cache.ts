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

/** Number of node fields kept: seed, growth, clock, hessian growth, old centre, tie mask, tie feature, latent growth. */
export const KEPT_FIELDS = 8;
const BYTES_PER_ENTRY = 20;
const LEAST_STRETCH_BYTES = 64;
/** Entries a node has on average, for dividing the memory; only a guess. */
const EXPECTED_ENTRIES = 128;

/**
 * Memory for the bounds of nodes that come back from round to round. A node is known by a hash of its queries and
 * prompts; the kernels compare the queries themselves. The least recently used gives way.
 */
export class BoundCache {
  readonly #entries = new Map<number, KeptBounds>();
  readonly #freeKeys: number[] = [];
  /** Free stretches of history by size class, a power of two. */
  readonly #freeHistory = new Map<number, number[]>();
  #historyNext: number;
  readonly #historyEnd: number;
  hits = 0;
  misses = 0;
  evictions = 0;

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
        this.#entries.delete(hash);
        this.#entries.set(hash, known);
        known.lastBatch = batch;
        if (known.filled) this.hits++;
        return known;
      }
      this.#drop(known);
    }
    this.misses++;
    const keys = this.#reserve(batch, () => this.#freeKeys.pop());
    if (keys === undefined) return null;
    const history = this.#reserve(batch, () => this.#takeHistory(count));
    if (history === undefined) {
      this.#freeKeys.push(keys);
      return null;
    }
    const kept = { hash, promptSet, count, keys, history, filled: false, lastBatch: batch };
    const entry: KeptBounds = { ...kept, state: new Float64Array(KEPT_FIELDS) };
    this.#entries.set(hash, entry);
    return entry;
  }

  /** Takes memory, dropping nodes that have not been used longest until there is some. */
  #reserve(batch: number, take: () => number | undefined): number | undefined {
    for (;;) {
      const address = take();
      if (address !== undefined) return address;
      const oldest = this.#entries.values().next().value;
      if (oldest === undefined || oldest.lastBatch === batch) return undefined;
      this.#drop(oldest);
      this.evictions++;
    }
  }

  #drop(entry: KeptBounds): void {
    this.#entries.delete(entry.hash);
    this.#freeKeys.push(entry.keys);
    const size = stretchBytes(entry.count);
    const free = this.#freeHistory.get(size);
    if (free === undefined) this.#freeHistory.set(size, [entry.history]);
    else free.push(entry.history);
  }

  #takeHistory(count: number): number | undefined {
    const size = stretchBytes(count);
    const free = this.#freeHistory.get(size)?.pop();
    if (free !== undefined) return free;
    if (this.#historyNext + size > this.#historyEnd) return undefined;
    const address = this.#historyNext;
    this.#historyNext += size;
    return address;
  }
}

function stretchBytes(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(BYTES_PER_ENTRY * count, LEAST_STRETCH_BYTES)));
}
