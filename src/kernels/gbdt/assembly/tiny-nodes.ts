/*
 * Exact evaluation of all features of a node with at most eight entries. Such a node can be parted in at most 2^8
 * ways; the score of each is worked out once, and a feature's thresholds are looked up by the entries left of them,
 * a bit each.
 */
import {
  CONTEXT_BOUNDS,
  CONTEXT_ENTRY_SUM,
  CONTEXT_FEATURE_ACTIVE,
  CONTEXT_FEATURES,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_CHILD_BOUND,
  NODE_BASE,
  NODE_COUNT,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_START,
  ROUNDING_ROOM,
  SCRATCH_HISTOGRAMS,
  SCRATCH_RANKS,
  SCRATCH_ROWS,
  SCRATCH_SUBSETS,
} from "../layout";
import { address, context, get, scratch, word } from "./context";
import { gatherRows } from "./feature-rows";

/**
 * @param bounds where to write the centered gain of every feature, f32, rounded up; 0 for nowhere
 * @param least score to beat
 * @returns the lowest feature with the best score above `least`, -1 if none
 */
export function bestOfTiny(node: usize, bounds: usize, least: f64): i32 {
  const count = <u32>word(node, NODE_COUNT);
  const features = <u32>address(CONTEXT_FEATURES);
  const active = address(CONTEXT_FEATURE_ACTIVE);
  const scores = scratch + SCRATCH_HISTOGRAMS;
  const rows = scratch + SCRATCH_ROWS;
  const masks = scratch + SCRATCH_RANKS;
  const base = get(node, NODE_BASE);
  scorePartitions(node, scores);
  let best = least;
  let bestFeature = -1;
  for (let first: u32 = 0; first < features; first += 16) {
    gatherRows(node, first, rows);
    maskRows(rows, masks, count);
    const end = min(features - first, 16);
    for (let lane: u32 = 0; lane < end; lane++) {
      const feature = first + lane;
      const isActive = load<u8>(active + feature) != 0;
      let score = f64x2.splat(0);
      if (isActive) {
        const maskEnd = masks + (count << 4);
        for (let mask = masks + lane; mask < maskEnd; mask += 16)
          score = f64x2.pmax(score, v128.load(scores + (<usize>load<u8>(mask) << 4)));
      }
      if (f64x2.extract_lane(score, 1) > best) {
        best = f64x2.extract_lane(score, 1);
        bestFeature = feature;
      }
      if (bounds != 0) {
        const centered = max(f64x2.extract_lane(score, 0) * (1 + ROUNDING_ROOM) - base, 0);
        store<f32>(bounds + (<usize>feature << 2), <f32>(centered * (1 + 1.0 / 1048576)));
      }
    }
  }
  return bestFeature;
}

/** Score of every partition, twice: where it counts in a bound, and where it is admissible; else 0. f64 [2^count][2]. */
function scorePartitions(node: usize, scores: usize): void {
  const sums = address(CONTEXT_ENTRY_SUM) + (word(node, NODE_START) << 4);
  const subsets = scratch + SCRATCH_SUBSETS;
  const partitions: u32 = 1 << <u32>word(node, NODE_COUNT);
  const gradient = get(node, NODE_GRADIENT);
  const hessian = get(node, NODE_HESSIAN);
  const lambda = context(CONTEXT_LAMBDA);
  const minChild = context(CONTEXT_MIN_CHILD);
  const minChildBound = context(CONTEXT_MIN_CHILD_BOUND);
  v128.store(subsets, f64x2.splat(0));
  v128.store(scores, f64x2.splat(0));
  for (let mask: u32 = 1; mask < partitions; mask++) {
    const rest = subsets + (<usize>(mask & (mask - 1)) << 4);
    const left = f64x2.add(v128.load(rest), v128.load(sums + (<usize>ctz(mask) << 4)));
    v128.store(subsets + (<usize>mask << 4), left);
    const leftGradient = f64x2.extract_lane(left, 0);
    const leftHessian = f64x2.extract_lane(left, 1);
    const rightGradient = gradient - leftGradient;
    const rightHessian = hessian - leftHessian;
    const least = min(leftHessian, rightHessian);
    const score =
      (leftGradient * leftGradient) / (leftHessian + lambda) + (rightGradient * rightGradient) / (rightHessian + lambda);
    const place = scores + (<usize>mask << 4);
    store<f64>(place, least >= minChildBound ? score : 0);
    store<f64>(place, least >= minChild ? score : 0, 8);
  }
}

/** For each entry and feature the entries with bins up to its own, a bit each: u8 [count][16]. */
function maskRows(rows: usize, masks: usize, count: u32): void {
  const end = rows + (<usize>count << 4);
  for (let own = rows; own < end; own += 16) {
    const bins = v128.load(own);
    let mask = i8x16.splat(0);
    let bit = i8x16.splat(1);
    for (let row = rows; row < end; row += 16) {
      mask = v128.or(mask, v128.and(bit, i8x16.eq(i8x16.min_u(v128.load(row), bins), v128.load(row))));
      bit = i8x16.add(bit, bit);
    }
    v128.store(masks, mask);
    masks += 16;
  }
}
