/*
 * Upper bounds of the centred gain of every feature from sums in small integers.
 *
 * A node's u = g + w̄h and h are scaled by a power of two s and rounded to i32 pairs (h, u), added as one i64. With
 * n entries a sum is off by at most n/2 (and one more for the constants' own rounding), so
 *
 *   γ = U²T / (AB) ≤ (|Û| + e)² T / (max(Â - e, m) max(B̂ - e, m)),   e = n/2 + 1,
 *
 * where m is the least A or B an admissible threshold can have. B comes from the integer total, so that nothing
 * cancels in f32; the roundings of f32 are covered by BOUND_ROOM.
 */
import {
  CONTEXT_BINS,
  CONTEXT_BOUNDS,
  CONTEXT_ENTRY_QUANTISED,
  CONTEXT_ENTRY_QUERY,
  CONTEXT_ENTRY_SUM,
  CONTEXT_FEATURES,
  CONTEXT_LAMBDA,
  CONTEXT_LIST,
  CONTEXT_LIST_LENGTH,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_ORDER,
  CONTEXT_QUERIES,
  CONTEXT_SCRATCH_SORTED,
  CONTEXT_SMALL_LIST,
  CONTEXT_SMALL_LIST_LENGTH,
  CONTEXT_SMALL_OFFSETS,
  CONTEXT_SMALL_RECORDS,
  CONTEXT_SMALL_START,
  NODE_BOUNDED,
  NODE_CENTRE,
  NODE_COUNT,
  NODE_HESSIAN,
  NODE_SCAN_TABLE,
  NODE_START,
  SCRATCH_CURSORS,
  SCRATCH_HISTOGRAMS,
} from "../layout";
import { address, context, get, nodeAddress, scratch, set } from "./context";

/** Sums of quantised values stay below 2^30 and so far from i32's limit. */
const SUM_LIMIT: f64 = 1073741824;
/** Bounds are void, and features evaluated exactly, where rounding may exceed the least child so many times. */
const ROUNDING_LIMIT: f64 = 16;
const BOUND_ROOM: f64 = 1.0 + 1.0 / 65536;

// Scan table, byte offsets: what the walk along prefix sums needs of a node.
/** f32: λs - e, added to sums of h. */
const SCAN_SHIFT = 0;
/** f32: m, the least A or B. */
const SCAN_LEAST = 4;
/** f32: m - 2e; a shifted sum below it belongs to no admissible threshold. */
const SCAN_REJECT = 8;
/** f32: w̄λs, added to sums of u. */
const SCAN_CENTRE = 12;
/** f32: e. */
const SCAN_ERROR = 16;
/** f32: T = H + 2λ, not scaled. */
const SCAN_TOTAL = 20;
/** i32: sum of all quantised h. */
const SCAN_HESSIAN = 24;

/**
 * Quantises `count` pairs (g, h) to (h, u) and writes the scan table.
 * @returns whether bounds made from them are of any use
 */
export function quantise(
  sums: usize,
  quantised: usize,
  count: u32,
  stride: usize,
  hessian: f64,
  centre: f64,
  table: usize,
): bool {
  const lambda = context(CONTEXT_LAMBDA);
  let absolute: f64 = 0;
  for (let entry: u32 = 0; entry < count; entry++) {
    const sum = sums + (<usize>entry << 4);
    absolute += abs(load<f64>(sum) + centre * load<f64>(sum, 8));
  }
  const limit = max(absolute + abs(centre * lambda), hessian + 2 * lambda);
  // The greatest power of two with limit × scale ≤ 2^30: the exponent bits alone.
  const scale = reinterpret<f64>(reinterpret<u64>(SUM_LIMIT / limit) & 0x7ff0000000000000);
  let total: i32 = 0;
  for (let entry: u32 = 0; entry < count; entry++) {
    const sum = sums + (<usize>entry << 4);
    const h = <i32>nearest(load<f64>(sum, 8) * scale);
    const u = <i32>nearest((load<f64>(sum) + centre * load<f64>(sum, 8)) * scale);
    const place = quantised + <usize>entry * stride;
    store<i32>(place, h);
    store<i32>(place, u, 4);
    total += h;
  }
  const error = <f64>count * 0.5 + 1;
  const least = (context(CONTEXT_MIN_CHILD_BOUND) + lambda) * scale;
  store<f32>(table, <f32>(lambda * scale - error), SCAN_SHIFT);
  store<f32>(table, <f32>(least * (1 - 1e-6)), SCAN_LEAST);
  store<f32>(table, <f32>(least - 2 * error - least * 1e-6 - 1), SCAN_REJECT);
  store<f32>(table, <f32>(centre * lambda * scale), SCAN_CENTRE);
  store<f32>(table, <f32>error, SCAN_ERROR);
  store<f32>(table, <f32>(hessian + 2 * lambda), SCAN_TOTAL);
  store<i32>(table, total, SCAN_HESSIAN);
  return scale < Infinity && least > 0 && error <= ROUNDING_LIMIT * least;
}

export function quantiseNode(node: usize): void {
  const start = <usize>get(node, NODE_START);
  const isUseful = quantise(
    address(CONTEXT_ENTRY_SUM) + (start << 4),
    address(CONTEXT_ENTRY_QUANTISED) + (start << 3),
    <u32>get(node, NODE_COUNT),
    8,
    get(node, NODE_HESSIAN),
    get(node, NODE_CENTRE),
    node + NODE_SCAN_TABLE * 8,
  );
  set(node, NODE_BOUNDED, isUseful ? 1 : 0);
}

/** Bound of γ over all prefixes of `count` pairs (h, u), a multiple of 4. */
@inline
export function scanBound(pairs: usize, count: u32, table: usize): f32 {
  const shift = f32x4.splat(load<f32>(table, SCAN_SHIFT));
  const least = f32x4.splat(load<f32>(table, SCAN_LEAST));
  const reject = f32x4.splat(load<f32>(table, SCAN_REJECT));
  const centre = f32x4.splat(load<f32>(table, SCAN_CENTRE));
  const error = f32x4.splat(load<f32>(table, SCAN_ERROR));
  const hessian = i32x4.splat(load<i32>(table, SCAN_HESSIAN));
  const zero = i32x4.splat(0);
  let before = zero;
  let best = f32x4.splat(0);
  const end = pairs + (<usize>count << 3);
  while (pairs < end) {
    const x = v128.load(pairs);
    const y = v128.load(pairs, 16);
    const sumX = i32x4.add(x, v128.shuffle<i64>(zero, x, 0, 2));
    const prefixX = i32x4.add(sumX, before);
    before = i32x4.add(before, v128.shuffle<i64>(sumX, sumX, 1, 1));
    const sumY = i32x4.add(y, v128.shuffle<i64>(zero, y, 0, 2));
    const prefixY = i32x4.add(sumY, before);
    before = i32x4.add(before, v128.shuffle<i64>(sumY, sumY, 1, 1));
    const h = v128.shuffle<i32>(prefixX, prefixY, 0, 2, 4, 6);
    const u = v128.shuffle<i32>(prefixX, prefixY, 1, 3, 5, 7);
    const a = f32x4.add(f32x4.convert_i32x4_s(h), shift);
    const b = f32x4.add(f32x4.convert_i32x4_s(i32x4.sub(hessian, h)), shift);
    const numerator = f32x4.add(f32x4.abs(f32x4.add(f32x4.convert_i32x4_s(u), centre)), error);
    const ratio = f32x4.div(
      f32x4.mul(numerator, numerator),
      f32x4.mul(f32x4.pmax(a, least), f32x4.pmax(b, least)),
    );
    best = f32x4.pmax(best, v128.and(ratio, f32x4.ge(f32x4.pmin(a, b), reject)));
    pairs += 32;
  }
  const ratio = max(
    max(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1)),
    max(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)),
  );
  return <f32>(<f64>ratio * <f64>load<f32>(table, SCAN_TOTAL) * BOUND_ROOM);
}

/** Nodes with many entries: four histograms at once, walked bin by bin. Features outside, nodes inside. */
export function boundLarge(firstBlock: u32, endBlock: u32): void {
  const blockBytes = address(CONTEXT_QUERIES) << 2;
  const list = address(CONTEXT_LIST);
  const listEnd = list + (address(CONTEXT_LIST_LENGTH) << 2);
  const featureBytes = address(CONTEXT_FEATURES) << 2;
  const histograms = scratch + SCRATCH_HISTOGRAMS;
  for (let block = firstBlock; block < endBlock; block++) {
    const base = address(CONTEXT_BINS) + <usize>block * blockBytes;
    for (let item = list; item < listEnd; item += 4) {
      const index = load<u32>(item);
      const node = nodeAddress(index);
      const start = <usize>get(node, NODE_START);
      memory.fill(histograms, 0, 8192);
      let entry = address(CONTEXT_ENTRY_QUERY) + (start << 2);
      const end = entry + (<usize>get(node, NODE_COUNT) << 2);
      let pair = address(CONTEXT_ENTRY_QUANTISED) + (start << 3);
      while (entry < end) {
        const four = base + (<usize>load<u32>(entry) << 2);
        const value = load<i64>(pair);
        const place0 = histograms + (<usize>load<u8>(four) << 3);
        const place1 = histograms + (<usize>load<u8>(four, 1) << 3);
        const place2 = histograms + (<usize>load<u8>(four, 2) << 3);
        const place3 = histograms + (<usize>load<u8>(four, 3) << 3);
        store<i64>(place0, load<i64>(place0) + value);
        store<i64>(place1, load<i64>(place1, 2048) + value, 2048);
        store<i64>(place2, load<i64>(place2, 4096) + value, 4096);
        store<i64>(place3, load<i64>(place3, 6144) + value, 6144);
        entry += 4;
        pair += 8;
      }
      const bounds = address(CONTEXT_BOUNDS) + <usize>index * featureBytes + (<usize>block << 4);
      const table = node + NODE_SCAN_TABLE * 8;
      for (let lane: usize = 0; lane < 4; lane++)
        store<f32>(bounds + (lane << 2), scanBound(histograms + (lane << 11), 256, table));
    }
  }
}

/** Nodes with few entries: one walk over the queries in a feature's order sorts the entries of all of them. */
export function boundSmall(firstFeature: u32, endFeature: u32): void {
  const queries = address(CONTEXT_QUERIES);
  const list = address(CONTEXT_SMALL_LIST);
  const length = <u32>context(CONTEXT_SMALL_LIST_LENGTH);
  const offsets = address(CONTEXT_SMALL_OFFSETS);
  const starts = address(CONTEXT_SMALL_START);
  const records = address(CONTEXT_SMALL_RECORDS);
  const cursors = scratch + SCRATCH_CURSORS;
  const sorted = scratch + address(CONTEXT_SCRATCH_SORTED);
  const featureBytes = address(CONTEXT_FEATURES) << 2;
  for (let feature = firstFeature; feature < endFeature; feature++) {
    memory.copy(cursors, offsets, <usize>length << 2);
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
        store<u32>(cursor, offset + 8);
        record += 16;
      }
      place += 2;
    }
    for (let item: u32 = 0; item < length; item++) {
      const index = load<u32>(list + (<usize>item << 2));
      const node = nodeAddress(index);
      const pairs = sorted + <usize>load<u32>(offsets + (<usize>item << 2));
      const bound = scanBound(pairs, (<u32>get(node, NODE_COUNT) + 3) & ~3, node + NODE_SCAN_TABLE * 8);
      store<f32>(address(CONTEXT_BOUNDS) + <usize>index * featureBytes + (<usize>feature << 2), bound);
    }
  }
}
