// Exact evaluation of one feature; the plain TypeScript twin with the explanations is ../feature-evaluator.ts.
import {
  CONTEXT_BINS,
  CONTEXT_ENTRY_SUM,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_QUERIES,
  NODE_BEST_BIN,
  NODE_BEST_FEATURE,
  NODE_BEST_GAIN,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_START,
  ROUNDING_ROOM,
  SCRATCH_EXACT,
  SCRATCH_MASKS,
  SCRATCH_OCCUPIED,
  SPARSE_ENTRIES,
} from "../layout";
import { address, context, get, locateQueries, scratch, set, word } from "./context";

export let bestGain: f64 = 0;
export let bestFeature: i32 = -1;
export let bestBin: i32 = 0;
export let bestMask: u32 = 0;
export let gainWithExcluded: f64 = 0;
export let latentGain: f64 = 0;
export let latentHessian: f64 = 0;

let count: u32 = 0;
let queries: usize = 0;
let sums: usize = 0;
let gradient: f64 = 0;
let hessian: f64 = 0;
let lambda: f64 = 0;
let minChild: f64 = 0;
let minChildBound: f64 = 0;
let bins: usize = 0;
let blockBytes: usize = 0;

export function loadNode(node: usize): void {
  const start = word(node, NODE_START);
  count = <u32>word(node, NODE_COUNT);
  queries = locateQueries(node);
  sums = address(CONTEXT_ENTRY_SUM) + (start << 4);
  gradient = get(node, NODE_GRADIENT);
  hessian = get(node, NODE_HESSIAN);
  lambda = context(CONTEXT_LAMBDA);
  minChild = context(CONTEXT_MIN_CHILD);
  minChildBound = context(CONTEXT_MIN_CHILD_BOUND);
  bins = address(CONTEXT_BINS);
  blockBytes = address(CONTEXT_QUERIES) << 2;
  bestGain = get(node, NODE_BEST_GAIN);
  bestFeature = <i32>get(node, NODE_BEST_FEATURE);
  bestBin = <i32>get(node, NODE_BEST_BIN);
}

export function storeNode(node: usize, evaluated: i32): void {
  set(node, NODE_BEST_GAIN, bestGain);
  set(node, NODE_BEST_FEATURE, <f64>bestFeature);
  set(node, NODE_BEST_BIN, <f64>bestBin);
  set(node, NODE_EVALUATED, <f64>evaluated);
}

@inline
function offer(gain: f64, feature: i32, bin: i32): void {
  if (gain > bestGain || (gain == bestGain && feature < bestFeature)) {
    bestGain = gain;
    bestFeature = feature;
    bestBin = bin;
  }
}

export function evaluate(feature: i32, floor: f64): f64 {
  const base = bins + <usize>(feature >> 2) * blockBytes + (feature & 3);
  const histogram = scratch + SCRATCH_EXACT;
  const occupied = scratch + SCRATCH_OCCUPIED;
  let entry = queries;
  let sum = sums;
  const end = queries + (<usize>count << 2);
  if (count <= <u32>SPARSE_ENTRIES) {
    while (entry < end) {
      const bin = <u32>load<u8>(base + (<usize>load<u32>(entry) << 2));
      const place = histogram + (<usize>bin << 4);
      const word = occupied + ((bin >> 5) << 2);
      store<u32>(word, load<u32>(word) | (1 << (bin & 31)));
      v128.store(place, f64x2.add(v128.load(place), v128.load(sum)));
      entry += 4;
      sum += 16;
    }
  } else {
    while (entry < end) {
      const place = histogram + (<usize>load<u8>(base + (<usize>load<u32>(entry) << 2)) << 4);
      v128.store(place, f64x2.add(v128.load(place), v128.load(sum)));
      entry += 4;
      sum += 16;
    }
    memory.fill(occupied, 255, 32);
  }
  const g = gradient;
  const h = hessian;
  const l = lambda;
  const least = minChildBound;
  let featureGain = floor;
  let threshold = min(featureGain, bestGain) * (1 - ROUNDING_ROOM);
  let left = f64x2.splat(0);
  for (let word: u32 = 0; word < 8; word++) {
    let bits = load<u32>(occupied + (word << 2));
    store<u32>(occupied + (word << 2), 0);
    while (bits) {
      const bin = ctz(bits) + (word << 5);
      bits &= bits - 1;
      const place = histogram + (<usize>bin << 4);
      left = f64x2.add(left, v128.load(place));
      v128.store(place, f64x2.splat(0));
      const leftGradient = f64x2.extract_lane(left, 0);
      const leftHessian = f64x2.extract_lane(left, 1);
      const rightGradient = g - leftGradient;
      const rightHessian = h - leftHessian;
      const a = leftHessian + l;
      const b = rightHessian + l;
      if (leftGradient * leftGradient * b + rightGradient * rightGradient * a < threshold * (a * b)) continue;
      if (leftHessian < least || rightHessian < least) continue;
      const gain = (leftGradient * leftGradient) / a + (rightGradient * rightGradient) / b;
      if (gain > featureGain) featureGain = gain;
      if (leftHessian >= minChild && rightHessian >= minChild) offer(gain, feature, bin);
      threshold = min(featureGain, bestGain) * (1 - ROUNDING_ROOM);
    }
  }
  return featureGain;
}

export function evaluateParted(feature: i32, excluded: u32): f64 {
  const base = bins + <usize>(feature >> 2) * blockBytes + (feature & 3);
  const histogram = scratch + SCRATCH_EXACT;
  const occupied = scratch + SCRATCH_OCCUPIED;
  const masks = scratch + SCRATCH_MASKS;
  for (let entry: u32 = 0; entry < count; entry++) {
    const bin = <u32>load<u8>(base + (<usize>load<u32>(queries + (entry << 2)) << 2));
    const place = histogram + (<usize>bin << 4);
    const word = occupied + ((bin >> 5) << 2);
    const mask = masks + (bin << 2);
    store<u32>(word, load<u32>(word) | (1 << (bin & 31)));
    store<u32>(mask, load<u32>(mask) | (1 << entry));
    v128.store(place, f64x2.add(v128.load(place), v128.load(sums + (entry << 4))));
  }
  const all: u32 = count == 32 ? 0xffffffff : (1 << count) - 1;
  const g = gradient;
  const h = hessian;
  const l = lambda;
  const least = minChildBound;
  let gainElsewhere: f64 = 0;
  let gainAll: f64 = 0;
  let latent: f64 = 0;
  let latentSide: f64 = 0;
  let gainAdmissible: f64 = 0;
  let admissibleMask: u32 = 0;
  let threshold: f64 = 0;
  let leftMask: u32 = 0;
  let left = f64x2.splat(0);
  for (let word: u32 = 0; word < 8; word++) {
    let bits = load<u32>(occupied + (word << 2));
    store<u32>(occupied + (word << 2), 0);
    while (bits) {
      const bin = ctz(bits) + (word << 5);
      bits &= bits - 1;
      const place = histogram + (<usize>bin << 4);
      left = f64x2.add(left, v128.load(place));
      v128.store(place, f64x2.splat(0));
      leftMask |= load<u32>(masks + (bin << 2));
      store<u32>(masks + (bin << 2), 0);
      const leftGradient = f64x2.extract_lane(left, 0);
      const leftHessian = f64x2.extract_lane(left, 1);
      const rightGradient = g - leftGradient;
      const rightHessian = h - leftHessian;
      const a = leftHessian + l;
      const b = rightHessian + l;
      if (leftGradient * leftGradient * b + rightGradient * rightGradient * a < threshold * (a * b)) continue;
      if (leftHessian < least || rightHessian < least) continue;
      const gain = (leftGradient * leftGradient) / a + (rightGradient * rightGradient) / b;
      if (leftHessian < minChild || rightHessian < minChild) {
        if (gain > gainElsewhere) {
          latent = max(latent, gain);
          latentSide = max(latentSide, min(leftHessian, rightHessian));
        }
        continue;
      }
      if (gain > gainElsewhere && leftMask != excluded && (leftMask ^ all) != excluded) gainElsewhere = gain;
      if (gain > gainAll) gainAll = gain;
      if (gain > gainAdmissible) {
        gainAdmissible = gain;
        admissibleMask = leftMask;
      }
      offer(gain, feature, bin);
      threshold = min(gainElsewhere, gainAdmissible) * (1 - ROUNDING_ROOM);
    }
  }
  bestMask = admissibleMask;
  gainWithExcluded = gainAll;
  latentGain = latent;
  latentHessian = latentSide;
  return gainElsewhere;
}
