// Bounds of the features of a node with few entries: its entries in each feature's order, not a histogram.
import {
  CONTEXT_BOUNDS,
  CONTEXT_ENTRY_QUANTIZED,
  CONTEXT_FEATURES,
  NODE_COUNT,
  NODE_SCAN_TABLE,
  NODE_START,
  SCRATCH_HISTOGRAMS,
  SCRATCH_RANKS,
  SCRATCH_ROWS,
} from "../layout";
import { address, scratch, word } from "./context";
import { gatherRows } from "./feature-rows";
import { scanFour } from "./scan-bound";

/** @param index number of the node */
export function boundSmall(node: usize, index: usize): void {
  const count = <u32>word(node, NODE_COUNT);
  const features = address(CONTEXT_FEATURES);
  const bounds = address(CONTEXT_BOUNDS) + index * (features << 2);
  const rows = scratch + SCRATCH_ROWS;
  const ranks = scratch + SCRATCH_RANKS;
  const sorted = scratch + SCRATCH_HISTOGRAMS;
  const quantized = address(CONTEXT_ENTRY_QUANTIZED) + (word(node, NODE_START) << 3);
  const table = node + NODE_SCAN_TABLE * 8;
  for (let feature: usize = 0; feature < features; feature += 16) {
    gatherRows(node, feature, rows);
    rankRows(rows, ranks, count);
    const end = min<usize>(features - feature, 16);
    for (let first: usize = 0; first < end; first += 4) {
      sortFour(quantized, ranks + first, sorted, count);
      v128.store(bounds + ((feature + first) << 2), scanFour(sorted, count, table));
    }
  }
}

/**
 * Ranks of the entries by bin, 16 features at a time: u8 [count][16]. Of equal bins the earlier entry comes first;
 * thresholds between them do not exist, but do no harm to a bound.
 */
function rankRows(rows: usize, ranks: usize, count: u32): void {
  const size = <usize>count << 4;
  // Signed comparison is cheaper.
  const sign = i8x16.splat(-128);
  let first = i8x16.splat(0);
  const one = i8x16.splat(1);
  for (let entry: usize = 0; entry < size; entry += 16) {
    v128.store(rows + entry, v128.xor(v128.load(rows + entry), sign));
    v128.store(ranks + entry, first);
    first = i8x16.add(first, one);
  }
  let entry: usize = 0;
  // Every pair of entries is compared once: -1 where the later one has the lesser bin.
  for (; entry + 16 < size; entry += 32) {
    const bins0 = v128.load(rows + entry);
    const bins1 = v128.load(rows + entry, 16);
    const swap = i8x16.gt_s(bins0, bins1);
    let rank0 = i8x16.sub(v128.load(ranks + entry), swap);
    let rank1 = i8x16.add(v128.load(ranks + entry, 16), swap);
    for (let later = entry + 32; later < size; later += 16) {
      const bins = v128.load(rows + later);
      const less0 = i8x16.gt_s(bins0, bins);
      const less1 = i8x16.gt_s(bins1, bins);
      rank0 = i8x16.sub(rank0, less0);
      rank1 = i8x16.sub(rank1, less1);
      v128.store(ranks + later, i8x16.add(v128.load(ranks + later), i8x16.add(less0, less1)));
    }
    v128.store(ranks + entry, rank0);
    v128.store(ranks + entry, rank1, 16);
  }
}

/** Writes the quantized pairs in the order of four features: i32 [count][4][2]. */
@inline
function sortFour(quantized: usize, ranks: usize, sorted: usize, count: u32): void {
  const end = quantized + (<usize>count << 3);
  while (quantized < end) {
    const pair = load<i64>(quantized);
    store<i64>(sorted + (<usize>load<u8>(ranks) << 5), pair);
    store<i64>(sorted + (<usize>load<u8>(ranks, 1) << 5), pair, 8);
    store<i64>(sorted + (<usize>load<u8>(ranks, 2) << 5), pair, 16);
    store<i64>(sorted + (<usize>load<u8>(ranks, 3) << 5), pair, 24);
    quantized += 8;
    ranks += 16;
  }
}
