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
  /** The same by size of their history, least recently used first: a stretch of memory fits one size only. */
  readonly #bySize = new Map<number, Map<number, KeptBounds>>();
  readonly #freeKeys: number[] = [];
  /** Free stretches of history by size, a power of two. */
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
        const ofSize = this.#bySize.get(stretchBytes(count))!;
        ofSize.delete(hash);
        ofSize.set(hash, known);
        known.lastBatch = batch;
        if (known.filled) this.hits++;
        return known;
      }
      this.#drop(known);
    }
    this.misses++;
    const size = stretchBytes(count);
    const keys = this.#takeKeys(batch);
    if (keys === undefined) return null;
    const history = this.#takeHistory(size, batch);
    if (history === undefined) {
      this.#freeKeys.push(keys);
      return null;
    }
    const state = new Float64Array(KEPT_FIELDS);
    const entry: KeptBounds = {
      hash,
      promptSet,
      count,
      keys,
      history,
      filled: false,
      lastBatch: batch,
      state,
    };
    this.#entries.set(hash, entry);
    const ofSize = this.#bySize.get(size);
    if (ofSize === undefined) this.#bySize.set(size, new Map([[hash, entry]]));
    else ofSize.set(hash, entry);
    return entry;
  }

  #takeKeys(batch: number): number | undefined {
    if (this.#freeKeys.length === 0) {
      let oldest: KeptBounds | undefined;
      for (const ofSize of this.#bySize.values()) {
        const candidate = ofSize.values().next().value;
        if (candidate !== undefined && candidate.lastBatch < (oldest?.lastBatch ?? batch)) oldest = candidate;
      }
      if (oldest !== undefined) this.#evict(oldest);
    }
    return this.#freeKeys.pop();
  }

  #takeHistory(size: number, batch: number): number | undefined {
    const free = this.#freeHistory.get(size)?.pop();
    if (free !== undefined) return free;
    if (this.#historyNext + size <= this.#historyEnd) {
      this.#historyNext += size;
      return this.#historyNext - size;
    }
    const oldest = this.#bySize.get(size)?.values().next().value;
    if (oldest === undefined || oldest.lastBatch === batch) return undefined;
    this.#evict(oldest);
    return this.#freeHistory.get(size)?.pop();
  }

  #evict(entry: KeptBounds): void {
    this.#drop(entry);
    this.evictions++;
  }

  #drop(entry: KeptBounds): void {
    const size = stretchBytes(entry.count);
    this.#entries.delete(entry.hash);
    this.#bySize.get(size)?.delete(entry.hash);
    this.#freeKeys.push(entry.keys);
    const free = this.#freeHistory.get(size);
    if (free === undefined) this.#freeHistory.set(size, [entry.history]);
    else free.push(entry.history);
  }
}

function stretchBytes(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(BYTES_PER_ENTRY * count, LEAST_STRETCH_BYTES)));
}
