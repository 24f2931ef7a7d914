// Bins of one node's entries for 16 features at a time, side by side.
import { CONTEXT_BINS, CONTEXT_ENTRY_QUERY, CONTEXT_FEATURES, CONTEXT_QUERIES, NODE_COUNT, NODE_START } from "../layout";
import { address, get } from "./context";

/**
 * Writes u8 [count][16]. Features behind the last one are given bins of the last block.
 * @param firstBlock block of four features to begin with
 */
export function gatherRows(node: usize, firstBlock: u32, rows: usize): void {
  const blockBytes = address(CONTEXT_QUERIES) << 2;
  const lastBlock = (address(CONTEXT_FEATURES) >> 2) - 1;
  const bins = address(CONTEXT_BINS);
  const block0 = bins + <usize>firstBlock * blockBytes;
  const block1 = bins + min<usize>(firstBlock + 1, lastBlock) * blockBytes;
  const block2 = bins + min<usize>(firstBlock + 2, lastBlock) * blockBytes;
  const block3 = bins + min<usize>(firstBlock + 3, lastBlock) * blockBytes;
  let entry = address(CONTEXT_ENTRY_QUERY) + (<usize>get(node, NODE_START) << 2);
  const end = entry + (<usize>get(node, NODE_COUNT) << 2);
  while (entry < end) {
    const offset = <usize>load<u32>(entry) << 2;
    let row = v128.load32_zero(block0 + offset);
    row = v128.load32_lane(block1 + offset, row, 1);
    row = v128.load32_lane(block2 + offset, row, 2);
    v128.store(rows, v128.load32_lane(block3 + offset, row, 3));
    entry += 4;
    rows += 16;
  }
}
