// Bins of one node's entries for 16 features at a time, side by side.
import { CONTEXT_BIN_ROWS, CONTEXT_ROW_BYTES, NODE_COUNT } from "../layout";
import { address, locateQueries, word } from "./context";

/** Writes u8 [count][16], from `feature` on, a multiple of 16. */
@inline
export function gatherRows(node: usize, feature: usize, rows: usize): void {
  const stride = address(CONTEXT_ROW_BYTES);
  const bins = address(CONTEXT_BIN_ROWS) + feature;
  let entry = locateQueries(node);
  const end = entry + (word(node, NODE_COUNT) << 2);
  while (entry < end) {
    v128.store(rows, v128.load(bins + <usize>load<u32>(entry) * stride));
    entry += 4;
    rows += 16;
  }
}
