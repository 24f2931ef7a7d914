// Bounds of the features of nodes with many entries, from histograms; features outside, nodes inside.
import {
  CONTEXT_BINS,
  CONTEXT_BOUNDS,
  CONTEXT_ENTRY_QUANTIZED,
  CONTEXT_FAMILIES,
  CONTEXT_FAMILIES_LENGTH,
  CONTEXT_FEATURES,
  CONTEXT_HISTOGRAM_BYTES,
  CONTEXT_HISTOGRAMS,
  CONTEXT_QUERIES,
  FAMILY_BYTES,
  FAMILY_DERIVED,
  FAMILY_DIRECT,
  FAMILY_DIRECT_SLOT,
  FAMILY_PARENT_SLOT,
  NODE_BOUNDED,
  NODE_COUNT,
  NODE_SCAN_TABLE,
  NODE_START,
  SCRATCH_HISTOGRAMS,
} from "../layout";
import { address, get, nodeAddress, locateQueries, scratch, word } from "./context";
import { scanFour, scanFourCoarsely } from "./scan-bound";

/** Bytes of the histograms of one block of four features. */
const BLOCK_BYTES: usize = 8192;

export function boundLarge(firstBlock: u32, endBlock: u32): void {
  const blockBytes = address(CONTEXT_QUERIES) << 2;
  const families = address(CONTEXT_FAMILIES);
  const familiesEnd = families + address(CONTEXT_FAMILIES_LENGTH) * FAMILY_BYTES;
  for (let block = firstBlock; block < endBlock; block++) {
    const bins = address(CONTEXT_BINS) + <usize>block * blockBytes;
    for (let family = families; family < familiesEnd; family += FAMILY_BYTES) {
      const direct = load<i32>(family, FAMILY_DIRECT);
      const slot = load<i32>(family, FAMILY_DIRECT_SLOT);
      const histograms = slot < 0 ? scratch + SCRATCH_HISTOGRAMS : slotAddress(slot, block);
      fillHistograms(nodeAddress(direct), bins, histograms);
      scanBlock(direct, block, histograms);
      const derived = load<i32>(family, FAMILY_DERIVED);
      if (derived < 0) continue;
      const parent = slotAddress(load<i32>(family, FAMILY_PARENT_SLOT), block);
      subtract(parent, histograms);
      scanBlock(derived, block, parent);
    }
  }
}

@inline
function slotAddress(slot: i32, block: u32): usize {
  return address(CONTEXT_HISTOGRAMS) + <usize>slot * address(CONTEXT_HISTOGRAM_BYTES) + <usize>block * BLOCK_BYTES;
}

/** Four histograms at once, side by side as a query's bins of four features are. */
function fillHistograms(node: usize, bins: usize, histograms: usize): void {
  const start = word(node, NODE_START);
  let entry = locateQueries(node);
  const end = entry + (word(node, NODE_COUNT) << 2);
  let pair = address(CONTEXT_ENTRY_QUANTIZED) + (start << 3);
  memory.fill(histograms, 0, BLOCK_BYTES);
  while (entry < end) {
    const four = bins + (<usize>load<u32>(entry) << 2);
    const value = load<i64>(pair);
    const place0 = histograms + (<usize>load<u8>(four) << 5);
    const place1 = histograms + (<usize>load<u8>(four, 1) << 5);
    const place2 = histograms + (<usize>load<u8>(four, 2) << 5);
    const place3 = histograms + (<usize>load<u8>(four, 3) << 5);
    store<i64>(place0, load<i64>(place0) + value);
    store<i64>(place1, load<i64>(place1, 8) + value, 8);
    store<i64>(place2, load<i64>(place2, 16) + value, 16);
    store<i64>(place3, load<i64>(place3, 24) + value, 24);
    entry += 4;
    pair += 8;
  }
}

/** Takes the histograms of one child from those of its parent. */
function subtract(parent: usize, child: usize): void {
  const end = parent + BLOCK_BYTES;
  while (parent < end) {
    v128.store(parent, i64x2.sub(v128.load(parent), v128.load(child)));
    v128.store(parent, i64x2.sub(v128.load(parent, 16), v128.load(child, 16)), 16);
    parent += 32;
    child += 32;
  }
}

function scanBlock(index: u32, block: u32, histograms: usize): void {
  const node = nodeAddress(index);
  const bounded = get(node, NODE_BOUNDED);
  if (bounded == 0) return;
  const bounds = address(CONTEXT_BOUNDS) + <usize>index * (address(CONTEXT_FEATURES) << 2) + (<usize>block << 4);
  const table = node + NODE_SCAN_TABLE * 8;
  v128.store(bounds, bounded == 1 ? scanFour(histograms, 256, table) : scanFourCoarsely(histograms, 256, table));
}
