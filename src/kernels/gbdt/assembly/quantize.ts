/*
 * Upper bounds of the centered gain of every feature from sums in small integers.
 *
 * Pairs are scaled by a power of two s and rounded to i32 pairs (h, v) with v = g + c·h, added as one i64. s and c are
 * a node's own, or those of its parent: then sums are exactly what is left of the parent's when the sibling's are
 * taken away. Centered sums are U = V + (w̄ - c)·H. With n pairs a sum is off by at most n/2 (and one more for the
 * constants' own rounding), so
 *
 *   γ = U²T / (AB) ≤ (|Û| + (1 + |w̄ - c|)e)² T / ((Â - e)(B̂ - e)),   e = n/2 + 1,
 *
 * for all admissible thresholds, those with A, B ≥ m and so Â - e, B̂ - e ≥ m - 2e. Where e is not small beside m, sums
 * by entry are rounded instead, n of them, and A and B taken to be at least m where that is more. The roundings of f32 are covered by
 * BOUND_ROOM, and where numbers may cancel by SUM_ROOM.
 */
import {
  CONTEXT_ENTRY_QUANTIZED,
  CONTEXT_ENTRY_SUM,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_PAIRS,
  CONTEXT_PROMPTS,
  NODE_BOUNDED,
  NODE_BY_ENTRY,
  NODE_CENTER,
  NODE_COUNT,
  NODE_HESSIAN,
  NODE_PROMPT_COUNT,
  NODE_PROMPT_START,
  NODE_SCALE,
  NODE_SCALE_CENTER,
  NODE_SCAN_TABLE,
  NODE_START,
} from "../layout";
import { address, context, get, locateQueries, set, word } from "./context";

/** Sums of quantized values stay below 2^30 and so far from i32's limit. */
const SUM_LIMIT: f64 = 1073741824;
/** Constants added to the sums are to stay as far from it. */
const CONSTANT_LIMIT: f64 = 536870912;
/** Rounding is coarse from this share of the least child on. */
const COARSE_ROUNDING: f64 = 0.25;
/** Bounds are of no use, and features evaluated exactly, where it is so many times the least child. */
const ROUNDING_LIMIT: f64 = 16;
/** Error of a sum in f32, as a share of all that is added up in it. */
const SUM_ROOM: f64 = 1.0 / 4194304;

// Scan table, byte offsets: what the walk along prefix sums needs of a node.
/** i32: λs - e, where sums of h begin; then i32: w̄λs less what the tilt makes of that, where sums of v begin. */
export const SCAN_SHIFT = 0;
/** f32: m - 2e; a shifted sum below it belongs to no admissible threshold. */
export const SCAN_MIN = 8;
/** f32: error of U. */
export const SCAN_ERROR = 12;
/** f32: T = H + 2λ, not scaled. */
export const SCAN_TOTAL = 16;
/** f32: Â + B̂ - 2e. */
export const SCAN_WHOLE = 20;
/** f32: w̄ - c. */
export const SCAN_TILT = 24;
/** f32: m, for coarse rounding, where A and B are not taken to be less. */
export const SCAN_FLOOR = 28;

let pairCount: f64 = 0;
let totalHessian: i32 = 0;
let absoluteSum: f64 = 0;

/** The greatest power of two with limit × scale ≤ 2^30: the exponent bits alone. */
@inline
function scaleFor(limit: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(SUM_LIMIT / limit) & 0x7ff0000000000000);
}

/** Writes the scan table for the pairs last quantized; returns a value for NODE_BOUNDED. */
function writeTable(table: usize, scale: f64, center: f64, tilt: f64, hessian: f64): i32 {
  const lambda = context(CONTEXT_LAMBDA);
  const error = pairCount * 0.5 + 2;
  const least = (context(CONTEXT_MIN_CHILD_BOUND) + lambda) * scale;
  const shift = floor(lambda * scale - error);
  const centerShift = nearest(center * lambda * scale - tilt * shift);
  const whole = <f64>totalHessian + 2 * shift;
  const magnitude = absoluteSum + abs(tilt) * (<f64>totalHessian + abs(shift)) + abs(centerShift);
  store<i32>(table, <i32>shift, SCAN_SHIFT);
  store<i32>(table, <i32>centerShift, SCAN_SHIFT + 4);
  store<f32>(table, <f32>(least * (1 - 1e-6) - 2 * error - 2 - 2 * abs(whole) * SUM_ROOM), SCAN_MIN);
  store<f32>(table, <f32>(error * (1 + abs(tilt)) + magnitude * SUM_ROOM), SCAN_ERROR);
  store<f32>(table, <f32>(hessian + 2 * lambda), SCAN_TOTAL);
  store<f32>(table, <f32>(whole - abs(whole) * SUM_ROOM), SCAN_WHOLE);
  store<f32>(table, <f32>tilt, SCAN_TILT);
  store<f32>(table, <f32>(least * (1 - 1e-6)), SCAN_FLOOR);
  const isUseful =
    abs(shift) < CONSTANT_LIMIT && abs(centerShift) < CONSTANT_LIMIT && error < ROUNDING_LIMIT * least;
  return isUseful ? (error < COARSE_ROUNDING * least ? 1 : 2) : 0;
}

/** Quantizes `count` pairs (g, h) one by one to (h, u) and writes the scan table; returns as `writeTable`. */
export function quantizeSums(
  sums: usize,
  quantized: usize,
  count: u32,
  hessian: f64,
  center: f64,
  table: usize,
): i32 {
  const scale = scaleOfSums(sums, count, hessian, center);
  addSums(sums, quantized, count, scale, center);
  return writeTable(table, scale, center, 0, hessian);
}

/** Quantizes a node's pairs, or their sums by entry, and adds them up by entry. */
export function quantizeNode(node: usize): void {
  const center = get(node, NODE_CENTER);
  const hessian = get(node, NODE_HESSIAN);
  const count = <u32>word(node, NODE_COUNT);
  const start = word(node, NODE_START);
  const sums = address(CONTEXT_ENTRY_SUM) + (start << 4);
  if (get(node, NODE_SCALE) == 0) {
    set(node, NODE_SCALE_CENTER, center);
    set(node, NODE_SCALE, scaleOfPairs(node, center, hessian));
    set(node, NODE_BY_ENTRY, 0);
    const error = <f64>count * <f64>word(node, NODE_PROMPT_COUNT) * 0.5;
    const least = (context(CONTEXT_MIN_CHILD_BOUND) + context(CONTEXT_LAMBDA)) * get(node, NODE_SCALE);
    if (error >= COARSE_ROUNDING * least) {
      set(node, NODE_SCALE, scaleOfSums(sums, count, hessian, center));
      set(node, NODE_BY_ENTRY, 1);
    }
  }
  const scale = get(node, NODE_SCALE);
  const scaleCenter = get(node, NODE_SCALE_CENTER);
  if (get(node, NODE_BY_ENTRY) == 0) addPairs(node, scale, scaleCenter);
  else addSums(sums, address(CONTEXT_ENTRY_QUANTIZED) + (start << 3), count, scale, scaleCenter);
  const bounded = writeTable(node + NODE_SCAN_TABLE * 8, scale, center, center - scaleCenter, hessian);
  set(node, NODE_BOUNDED, <f64>bounded);
}

function scaleOfSums(sums: usize, count: u32, hessian: f64, center: f64): f64 {
  const lambda = context(CONTEXT_LAMBDA);
  const end = sums + (<usize>count << 4);
  let absolute: f64 = 0;
  for (; sums < end; sums += 16) absolute += abs(load<f64>(sums) + center * load<f64>(sums, 8));
  return scaleFor(max(absolute + abs(center * lambda), hessian + 2 * lambda));
}

function addSums(sums: usize, quantized: usize, count: u32, scale: f64, center: f64): void {
  const end = sums + (<usize>count << 4);
  let total: i32 = 0;
  let absolute: i64 = 0;
  for (; sums < end; sums += 16) {
    const h = <i32>nearest(load<f64>(sums, 8) * scale);
    const v = <i32>nearest((load<f64>(sums) + center * load<f64>(sums, 8)) * scale);
    store<i32>(quantized, h);
    store<i32>(quantized, v, 4);
    quantized += 8;
    total += h;
    absolute += <i64>abs(v);
  }
  pairCount = <f64>count;
  totalHessian = total;
  absoluteSum = <f64>absolute;
}

function scaleOfPairs(node: usize, center: f64, hessian: f64): f64 {
  const lambda = context(CONTEXT_LAMBDA);
  const rowBytes = address(CONTEXT_PROMPTS) << 4;
  const pairs = address(CONTEXT_PAIRS);
  const prompts = address(CONTEXT_NODE_PROMPTS) + (word(node, NODE_PROMPT_START) << 2);
  const promptsEnd = prompts + (word(node, NODE_PROMPT_COUNT) << 2);
  let entry = locateQueries(node);
  const end = entry + (word(node, NODE_COUNT) << 2);
  let absolute: f64 = 0;
  for (; entry < end; entry += 4) {
    const row = pairs + <usize>load<u32>(entry) * rowBytes;
    for (let prompt = prompts; prompt < promptsEnd; prompt += 4) {
      const pair = row + (<usize>load<u32>(prompt) << 4);
      absolute += abs(load<f64>(pair) + center * load<f64>(pair, 8));
    }
  }
  return scaleFor(max(absolute + abs(center * lambda), hessian + 2 * lambda));
}

function addPairs(node: usize, scale: f64, center: f64): void {
  const rowBytes = address(CONTEXT_PROMPTS) << 4;
  const pairs = address(CONTEXT_PAIRS);
  const start = word(node, NODE_START);
  const prompts = address(CONTEXT_NODE_PROMPTS) + (word(node, NODE_PROMPT_START) << 2);
  const promptsEnd = prompts + (word(node, NODE_PROMPT_COUNT) << 2);
  let entry = locateQueries(node);
  const end = entry + (word(node, NODE_COUNT) << 2);
  let quantized = address(CONTEXT_ENTRY_QUANTIZED) + (start << 3);
  const factor = f64x2.splat(scale);
  const onlyCenter = f64x2(0, center);
  const zero = f64x2.splat(0);
  let known = i64x2.splat(0);
  let total: i32 = 0;
  let absolute: i64 = 0;
  for (; entry < end; entry += 4) {
    const row = pairs + <usize>load<u32>(entry) * rowBytes;
    let sum = zero;
    for (let prompt = prompts; prompt < promptsEnd; prompt += 4) {
      // (g, h) becomes (h, g + c·h), scaled; unknown pairs are all zero.
      const pair = f64x2.mul(v128.load(row + (<usize>load<u32>(prompt) << 4)), factor);
      const turned = v128.shuffle<f64>(pair, pair, 1, 0);
      const tilted = f64x2.mul(onlyCenter, v128.shuffle<f64>(pair, pair, 1, 1));
      sum = f64x2.add(sum, f64x2.nearest(f64x2.add(turned, tilted)));
      known = i64x2.sub(known, f64x2.ne(turned, zero));
    }
    const both = i32x4.trunc_sat_f64x2_s_zero(sum);
    v128.store64_lane(quantized, both, 0);
    total += i32x4.extract_lane(both, 0);
    absolute += <i64>abs(i32x4.extract_lane(both, 1));
    quantized += 8;
  }
  pairCount = <f64>i64x2.extract_lane(known, 0);
  totalHessian = total;
  absoluteSum = <f64>absolute;
}
