// Bins of one node's entries for 16 features at a time, side by side.
import { CONTEXT_BIN_ROWS, CONTEXT_ENTRY_QUERY, CONTEXT_FEATURES, NODE_COUNT, NODE_START } from "../layout";
import { address, get } from "./context";

/** Writes u8 [count][16], from `feature` on, a multiple of 16. */
@inline
export function gatherRows(node: usize, feature: usize, rows: usize): void {
  const stride = (address(CONTEXT_FEATURES) + 15) & ~15;
  const bins = address(CONTEXT_BIN_ROWS) + feature;
  let entry = address(CONTEXT_ENTRY_QUERY) + (<usize>get(node, NODE_START) << 2);
  const end = entry + (<usize>get(node, NODE_COUNT) << 2);
  while (entry < end) {
    v128.store(rows, v128.load(bins + <usize>load<u32>(entry) * stride));
    entry += 4;
    rows += 16;
  }
}
