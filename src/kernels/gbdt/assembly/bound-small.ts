// Bounds of the features of nodes with few entries, where there are many such nodes.
import {
  CONTEXT_BOUNDS,
  CONTEXT_FEATURES,
  CONTEXT_ORDER,
  CONTEXT_QUERIES,
  CONTEXT_SCRATCH_SORTED,
  CONTEXT_SMALL_LIST,
  CONTEXT_SMALL_LIST_LENGTH,
  CONTEXT_SMALL_OFFSETS,
  CONTEXT_SMALL_RECORDS,
  CONTEXT_SMALL_START,
  NODE_COUNT,
  NODE_SCAN_TABLE,
  SCRATCH_CURSORS,
} from "../layout";
import { address, context, get, nodeAddress, scratch } from "./context";
import { scanFour } from "./scan-bound";

/** One walk over the queries in a feature's order sorts the entries of all the nodes. */
export function boundSmall(block: u32): void {
  const list = address(CONTEXT_SMALL_LIST);
  const length = <u32>context(CONTEXT_SMALL_LIST_LENGTH);
  const offsets = address(CONTEXT_SMALL_OFFSETS);
  const sorted = scratch + address(CONTEXT_SCRATCH_SORTED);
  const bounds = address(CONTEXT_BOUNDS) + (<usize>block << 4);
  const featureBytes = address(CONTEXT_FEATURES) << 2;
  for (let lane: u32 = 0; lane < 4; lane++) sortEntries((block << 2) + lane, sorted + (lane << 3));
  for (let item: u32 = 0; item < length; item++) {
    const index = load<u32>(list + (<usize>item << 2));
    const node = nodeAddress(index);
    const rows = sorted + <usize>load<u32>(offsets + (<usize>item << 2));
    const four = scanFour(rows, <u32>get(node, NODE_COUNT), node + NODE_SCAN_TABLE * 8);
    v128.store(bounds + <usize>index * featureBytes, four);
  }
}

/** Writes one lane of the nodes' rows. */
function sortEntries(feature: u32, sorted: usize): void {
  const queries = address(CONTEXT_QUERIES);
  const starts = address(CONTEXT_SMALL_START);
  const records = address(CONTEXT_SMALL_RECORDS);
  const cursors = scratch + SCRATCH_CURSORS;
  memory.copy(cursors, address(CONTEXT_SMALL_OFFSETS), address(CONTEXT_SMALL_LIST_LENGTH) << 2);
  let place = address(CONTEXT_ORDER) + <usize>feature * (queries << 1);
  const end = place + (queries << 1);
  while (place < end) {
    const start = starts + (<usize>load<u16>(place) << 2);
    let record = records + <usize>load<u32>(start);
    const recordEnd = records + <usize>load<u32>(start, 4);
    while (record < recordEnd) {
      const cursor = cursors + <usize>load<u32>(record, 8);
      const offset = load<u32>(cursor);
      store<i64>(sorted + offset, load<i64>(record));
      store<u32>(cursor, offset + 32);
      record += 16;
    }
    place += 2;
  }
}
