import { gbdtLayout } from "../../kernels/index.ts";
import type { TrainingMemory } from "./training-memory.ts";

const {
  CONTEXT_ENTRY_QUANTISED,
  CONTEXT_ENTRY_QUERY,
  CONTEXT_LIST,
  CONTEXT_LIST_LENGTH,
  CONTEXT_NODES,
  CONTEXT_SMALL_BYTES,
  CONTEXT_SMALL_LIST,
  CONTEXT_SMALL_LIST_LENGTH,
  CONTEXT_SMALL_OFFSETS,
  CONTEXT_SMALL_RECORDS,
  CONTEXT_SMALL_START,
  NODE_BOUNDED,
  NODE_COUNT,
  NODE_FIELDS,
  NODE_SMALL_INDEX,
  NODE_START,
} = gbdtLayout;

/** Up to so many entries a node is small: its sorted entries are walked, not a histogram. */
const SMALL_ENTRIES = 64;
/** Sorting the entries of small nodes costs a walk over all queries for each feature; it pays from this share on. */
const SORTING_SHARE = 0.2;

/**
 * Decides how each pending node is bounded, and lays out what that takes:
 *
 *   many entries            a histogram for each feature, walked from bin to bin
 *   few, but many nodes     one walk over all queries in the feature's order serves all these nodes at once
 *   few entries altogether  no bound: every feature exactly
 */
export function planBounding(memory: TrainingMemory, pending: readonly number[]): void {
  const { f64, u32, context } = memory.views;
  const nodes = context[CONTEXT_NODES]! >> 3;
  const countOf = (node: number): number => f64[nodes + NODE_FIELDS * node + NODE_COUNT]!;
  const bounded = pending.filter((node) => f64[nodes + NODE_FIELDS * node + NODE_BOUNDED] === 1);
  const large = bounded.filter((node) => countOf(node) > SMALL_ENTRIES);
  let small = bounded.filter((node) => countOf(node) <= SMALL_ENTRIES);
  const smallEntries = small.reduce((sum, node) => sum + countOf(node), 0);
  if (!memory.hasOrder || smallEntries < SORTING_SHARE * memory.sizes.queries) {
    for (const node of small) f64[nodes + NODE_FIELDS * node + NODE_BOUNDED] = 0;
    small = [];
  }
  u32.set(large, context[CONTEXT_LIST]! >> 2);
  context[CONTEXT_LIST_LENGTH] = large.length;
  u32.set(small, context[CONTEXT_SMALL_LIST]! >> 2);
  context[CONTEXT_SMALL_LIST_LENGTH] = small.length;
  if (small.length > 0) groupByQuery(memory, small);
}

/** Groups the quantised entries of the small nodes by query. */
function groupByQuery(memory: TrainingMemory, small: readonly number[]): void {
  const { f64, u32, i32, context } = memory.views;
  const { queries } = memory.sizes;
  const nodes = context[CONTEXT_NODES]! >> 3;
  const entryQuery = context[CONTEXT_ENTRY_QUERY]! >> 2;
  const quantised = context[CONTEXT_ENTRY_QUANTISED]! >> 2;
  const start = context[CONTEXT_SMALL_START]! >> 2;
  const records = context[CONTEXT_SMALL_RECORDS]! >> 2;
  const offsets = context[CONTEXT_SMALL_OFFSETS]! >> 2;
  const next = new Uint32Array(queries + 1);
  let bytes = 0;
  small.forEach((index, smallIndex) => {
    const node = nodes + NODE_FIELDS * index;
    const first = f64[node + NODE_START]!;
    const count = f64[node + NODE_COUNT]!;
    f64[node + NODE_SMALL_INDEX] = smallIndex;
    u32[offsets + smallIndex] = bytes;
    // Prefix sums go four entries at a time.
    bytes += 8 * Math.ceil(count / 4) * 4;
    for (let entry = first; entry < first + count; entry++) next[u32[entryQuery + entry]! + 1]!++;
  });
  context[CONTEXT_SMALL_BYTES] = bytes;
  for (let query = 0; query < queries; query++) next[query + 1]! += next[query]!;
  for (let query = 0; query <= queries; query++) u32[start + query] = 16 * next[query]!;
  small.forEach((index, smallIndex) => {
    const node = nodes + NODE_FIELDS * index;
    const first = f64[node + NODE_START]!;
    const end = first + f64[node + NODE_COUNT]!;
    for (let entry = first; entry < end; entry++) {
      const query = u32[entryQuery + entry]!;
      const record = records + 4 * next[query]!++;
      i32[record] = i32[quantised + 2 * entry]!;
      i32[record + 1] = i32[quantised + 2 * entry + 1]!;
      u32[record + 2] = 4 * smallIndex;
    }
  });
}
