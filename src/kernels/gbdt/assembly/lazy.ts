// Bounds carried from round to round; the reasoning stands in ../lazy-evaluation.ts.
import {
  CONTEXT_ENTRY_SUM,
  CONTEXT_FEATURES,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  HESSIAN_GROWTH_LIMIT,
  NODE_BASE,
  NODE_CENTER,
  NODE_CLOCK,
  NODE_COUNT,
  NODE_GROWTH,
  NODE_HESSIAN_GROWTH,
  NODE_HISTORY,
  NODE_KEYS,
  NODE_LATENT_GROWTH,
  NODE_OLD_CENTER,
  NODE_SEED,
  NODE_START,
  NODE_TIE_FEATURE,
  NODE_TIE_MASK,
  ROUNDING_ROOM,
  TIE_ENTRIES,
} from "../layout";
import { address, context, get, locateQueries, set, word } from "./context";
import {
  bestFeature,
  bestGain,
  bestMask,
  evaluate,
  evaluateParted,
  gainWithExcluded,
  latentGain,
  latentHessian,
  loadNode,
  storeNode,
} from "./exact";

const KEY_ROOM: f64 = 1.0 / 1048576;
const MIN_ALPHA: f64 = -0.5;
const TIE_MARK: u32 = 1;
const LATENT_MARK: u32 = 2;
const NEVER: f64 = 1e300;
const UNKNOWN_KEY: f32 = 1267650600228229401496703205376.0; // 2^100

export function carryBounds(node: usize): bool {
  const count = word(node, NODE_COUNT);
  const start = word(node, NODE_START);
  let history = word(node, NODE_HISTORY);
  const historyEnd = history + (count << 4);
  let historyQuery = historyEnd;
  let query = locateQueries(node);
  let sum = address(CONTEXT_ENTRY_SUM) + (start << 4);
  const center = get(node, NODE_CENTER);
  const oldCenter = get(node, NODE_OLD_CENTER);
  const shift = center - oldCenter;
  const lambda = context(CONTEXT_LAMBDA);
  let squaredNorm = 2 * lambda * oldCenter * oldCenter;
  let product = 2 * lambda * shift * oldCenter;
  let squaredDrift = 2 * lambda * shift * shift;
  let leastRatio: f64 = 1;
  let largestRatio: f64 = 1;
  while (history < historyEnd) {
    if (load<u32>(query) != load<u32>(historyQuery)) return false;
    const gradient = load<f64>(sum);
    const hessian = load<f64>(sum, 8);
    const oldHessian = load<f64>(history, 8);
    const centered = load<f64>(history) + oldCenter * oldHessian;
    const change = gradient + center * hessian - centered;
    const inverse = 1 / oldHessian;
    squaredNorm += centered * centered * inverse;
    product += change * centered * inverse;
    squaredDrift += change * change * inverse;
    const ratio = hessian * inverse;
    leastRatio = min(leastRatio, ratio);
    largestRatio = max(largestRatio, ratio);
    store<f64>(history, gradient);
    store<f64>(history, hessian, 8);
    history += 16;
    historyQuery += 4;
    query += 4;
    sum += 16;
  }
  const alpha = squaredNorm > 0 ? max(product / squaredNorm, MIN_ALPHA) : 0;
  const squaredRest = squaredDrift - 2 * alpha * product + alpha * alpha * squaredNorm;
  const room = ROUNDING_ROOM * (squaredDrift + alpha * alpha * squaredNorm);
  const growth = get(node, NODE_GROWTH) * (1 + alpha) * (1 + ROUNDING_ROOM);
  set(node, NODE_OLD_CENTER, center);
  set(node, NODE_CLOCK, get(node, NODE_CLOCK) + (sqrt(max(squaredRest, 0) + room) / growth) * (1 + 1e-9));
  set(node, NODE_GROWTH, growth * sqrt(1 / leastRatio) * (1 + ROUNDING_ROOM));
  set(node, NODE_HESSIAN_GROWTH, get(node, NODE_HESSIAN_GROWTH) * largestRatio * (1 + ROUNDING_ROOM));
  return get(node, NODE_HESSIAN_GROWTH) <= HESSIAN_GROWTH_LIMIT;
}

export function startBounds(node: usize): void {
  const count = word(node, NODE_COUNT);
  const start = word(node, NODE_START);
  const history = word(node, NODE_HISTORY);
  memory.copy(history, address(CONTEXT_ENTRY_SUM) + (start << 4), count << 4);
  memory.copy(history + (count << 4), locateQueries(node), count << 2);
  set(node, NODE_OLD_CENTER, get(node, NODE_CENTER));
  set(node, NODE_GROWTH, 1);
  set(node, NODE_CLOCK, 0);
  set(node, NODE_HESSIAN_GROWTH, 1);
  set(node, NODE_TIE_MASK, 0);
  set(node, NODE_TIE_FEATURE, -1);
  set(node, NODE_LATENT_GROWTH, NEVER);
}

/** Writes the key of a feature whose best score is `gain`, rounded up, with its marks. */
export function storeKey(key: usize, node: usize, gain: f64, marks: u32): void {
  const centered = max(gain * (1 + ROUNDING_ROOM) - get(node, NODE_BASE), 0);
  const value = sqrt(centered) / get(node, NODE_GROWTH) - get(node, NODE_CLOCK);
  store<f32>(key, <f32>(value + abs(value) * KEY_ROOM + 1e-30));
  store<u32>(key, (load<u32>(key) & ~(TIE_MARK | LATENT_MARK)) | marks);
}

function computeThreshold(node: usize, gain: f64): f32 {
  const centered = max(gain * (1 - ROUNDING_ROOM) - get(node, NODE_BASE), 0);
  const value = sqrt(centered) / get(node, NODE_GROWTH) - get(node, NODE_CLOCK);
  return <f32>(value - abs(value) * KEY_ROOM);
}

function voidKeys(keys: usize, end: usize, marks: u32): void {
  for (let key = keys; key < end; key += 4) if (load<u32>(key) & marks) store<f32>(key, UNKNOWN_KEY);
}

function evaluateFeatureLazily(node: usize, key: usize, feature: i32, excluded: u32): void {
  const gain = evaluateParted(feature, excluded);
  let marks: u32 = gainWithExcluded > gain ? TIE_MARK : 0;
  if (latentGain > gain && latentGain >= bestGain * (1 - ROUNDING_ROOM)) {
    marks |= LATENT_MARK;
    const growth = (get(node, NODE_HESSIAN_GROWTH) * context(CONTEXT_MIN_CHILD)) / latentHessian;
    set(node, NODE_LATENT_GROWTH, min(get(node, NODE_LATENT_GROWTH), growth * (1 - 1e-9)));
    storeKey(key, node, gain, marks);
  } else storeKey(key, node, max(gain, latentGain), marks);
}

export function evaluateLazily(node: usize): void {
  const keys = word(node, NODE_KEYS);
  const end = keys + (address(CONTEXT_FEATURES) << 2);
  const seed = <i32>get(node, NODE_SEED);
  const parted = word(node, NODE_COUNT) <= <usize>TIE_ENTRIES;
  let evaluated = 0;
  let excluded: u32 = 0;
  loadNode(node);
  if (seed >= 0) {
    evaluated++;
    const key = keys + (<usize>seed << 2);
    if (parted) {
      evaluateParted(seed, 0);
      excluded = bestMask;
      storeKey(key, node, max(gainWithExcluded, latentGain), 0);
    } else storeKey(key, node, evaluate(seed, 0), 0);
  }
  if (parted && (get(node, NODE_TIE_MASK) != <f64>excluded || get(node, NODE_TIE_FEATURE) != <f64>seed)) {
    voidKeys(keys, end, TIE_MARK);
    set(node, NODE_TIE_MASK, <f64>excluded);
    set(node, NODE_TIE_FEATURE, <f64>seed);
  }
  if (get(node, NODE_HESSIAN_GROWTH) >= get(node, NODE_LATENT_GROWTH)) {
    voidKeys(keys, end, LATENT_MARK);
    set(node, NODE_LATENT_GROWTH, NEVER);
  }
  let best = bestGain;
  let threshold = computeThreshold(node, best);
  for (let four = keys; four < end; four += 16) {
    if (!v128.any_true(f32x4.ge(v128.load(four), f32x4.splat(threshold)))) continue;
    for (let key = four; key < four + 16; key += 4) {
      if (load<f32>(key) < threshold) continue;
      const feature = <i32>((key - keys) >> 2);
      if (feature == seed) continue;
      evaluated++;
      if (parted) evaluateFeatureLazily(node, key, feature, feature > seed ? excluded : 0);
      else storeKey(key, node, evaluate(feature, 0), 0);
      if (bestGain > best) {
        best = bestGain;
        threshold = computeThreshold(node, best);
      }
    }
  }
  storeNode(node, evaluated);
  if (bestFeature >= 0) set(node, NODE_SEED, <f64>bestFeature);
}
