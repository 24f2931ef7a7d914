import { gbdtLayout } from "../../kernels/index.ts";
import type { TrainingMemory } from "./training-memory.ts";

const {
  CONTEXT_ENTRY_QUANTISED,
  CONTEXT_ENTRY_QUERY,
  CONTEXT_NODES,
  CONTEXT_SMALL_OFFSETS,
  CONTEXT_SMALL_RECORDS,
  CONTEXT_SMALL_START,
  NODE_COUNT,
  NODE_FIELDS,
  NODE_SMALL_INDEX,
  NODE_START,
} = gbdtLayout;

/** Groups the quantised entries of the small nodes by query. */
export function groupByQuery(memory: TrainingMemory, small: readonly number[]): void {
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
    // An entry's row holds four features.
    bytes += 32 * count;
    for (let entry = first; entry < first + count; entry++) next[u32[entryQuery + entry]! + 1]!++;
  });
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
