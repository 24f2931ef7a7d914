// Entry point of the SIMD kernels: runs the tasks of a stage, see ../gbdt-kernels.ts.
import {
  CONTEXT_BLOCKS_PER_TASK,
  CONTEXT_BOUNDS,
  CONTEXT_FEATURE_ACTIVE,
  CONTEXT_FEATURES,
  CONTEXT_LAMBDA,
  CONTEXT_LIST,
  CONTEXT_LIST_LENGTH,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_GAIN,
  CONTEXT_NODES,
  CONTEXT_PARTS,
  CONTEXT_PARTS_LENGTH,
  CONTEXT_PROMPTS,
  CONTEXT_QUERIES,
  CONTROL_NEXT_TASK,
  NODE_BASE,
  NODE_BEST_BIN,
  NODE_BEST_FEATURE,
  NODE_BEST_GAIN,
  NODE_BOUNDED,
  NODE_BYTES,
  NODE_CACHED,
  NODE_CENTER,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_KEYS,
  NODE_PROMPT_GAIN,
  NODE_SCALE,
  NODE_SCORE,
  NODE_SEED,
  NODE_STATUS,
  PAIRS_PER_TASK,
  PART_BYTES,
  ROUNDING_ROOM,
  SMALL_ENTRIES,
  STAGE_BOUND,
  STAGE_GRADIENTS,
  STAGE_PART,
  STAGE_PREPARE,
  STATUS_DONE,
  STATUS_PENDING,
  STATUS_TERMINAL,
  TINY_ENTRIES,
} from "../layout";
import { boundLarge } from "./bound-large";
import { boundSmall } from "./bound-small";
import { address, context, get, nodeAddress, set, useScratch, word } from "./context";
import { bestFeature, bestGain, evaluate, loadNode, storeNode } from "./exact";
import { computeGradients } from "./gradients";
import { carryBounds, evaluateLazily, startBounds } from "./lazy";
import { sumNode } from "./node-sums";
import { partQueries } from "./part";
import { findPromptSplit } from "./prompts";
import { quantizeNode } from "./quantize";
import { bestOfTiny } from "./tiny-nodes";

export function run(stage: i32, worker: i32): void {
  useScratch(worker);
  if (stage == STAGE_BOUND) {
    runBounding();
    return;
  }
  if (stage == STAGE_GRADIENTS) {
    runGradients();
    return;
  }
  if (stage == STAGE_PART) {
    runParting();
    return;
  }
  const list = address(CONTEXT_LIST);
  const length = <i32>address(CONTEXT_LIST_LENGTH);
  for (;;) {
    const task = atomic.add<i32>(CONTROL_NEXT_TASK, 1);
    if (task >= length) return;
    const node = nodeAddress(load<u32>(list + (<usize>task << 2)));
    if (stage == STAGE_PREPARE) prepareNode(node);
    else finishNode(node);
  }
}

/** Tasks are stretches of pairs. */
function runGradients(): void {
  const pairs = address(CONTEXT_QUERIES) * address(CONTEXT_PROMPTS);
  for (;;) {
    const first = <usize>atomic.add<i32>(CONTROL_NEXT_TASK, 1) * PAIRS_PER_TASK;
    if (first >= pairs) return;
    computeGradients(first, min<usize>(first + PAIRS_PER_TASK, pairs));
  }
}

/** Tasks are nodes that are split. */
function runParting(): void {
  const parts = address(CONTEXT_PARTS);
  const length = <i32>address(CONTEXT_PARTS_LENGTH);
  for (;;) {
    const task = atomic.add<i32>(CONTROL_NEXT_TASK, 1);
    if (task >= length) return;
    partQueries(parts + <usize>task * PART_BYTES);
  }
}

/** Tasks are stretches of feature blocks. */
function runBounding(): void {
  const blocks = <i32>address(CONTEXT_FEATURES) >> 2;
  const perTask = <i32>address(CONTEXT_BLOCKS_PER_TASK);
  for (;;) {
    const first = atomic.add<i32>(CONTROL_NEXT_TASK, 1) * perTask;
    if (first >= blocks) return;
    boundLarge(first, min(first + perTask, blocks));
  }
}

function prepareNode(node: usize): void {
  sumNode(node);
  const gradient = get(node, NODE_GRADIENT);
  const hessian = get(node, NODE_HESSIAN);
  const lambda = context(CONTEXT_LAMBDA);
  const score = (gradient * gradient) / (hessian + lambda);
  set(node, NODE_EVALUATED, 0);
  set(node, NODE_BOUNDED, 0);
  set(node, NODE_SCORE, score);
  if (get(node, NODE_STATUS) == STATUS_TERMINAL) return;
  set(node, NODE_CENTER, -gradient / (hessian + 2 * lambda));
  // Where the parent's histograms are kept, the sibling's may be had by taking this node's away, whatever it is.
  const inheritsScale = get(node, NODE_SCALE) != 0;
  if (inheritsScale) quantizeNode(node);
  if (hessian < 2 * context(CONTEXT_MIN_CHILD)) {
    set(node, NODE_STATUS, STATUS_TERMINAL);
    return;
  }
  set(node, NODE_BASE, (gradient * gradient) / (hessian + 2 * lambda));
  findPromptSplit(node);
  const required = score + context(CONTEXT_MIN_GAIN);
  set(node, NODE_BEST_GAIN, max(get(node, NODE_PROMPT_GAIN), required) * (1 - ROUNDING_ROOM));
  set(node, NODE_BEST_FEATURE, -1);
  set(node, NODE_BEST_BIN, 0);
  set(node, NODE_STATUS, STATUS_PENDING);
  if (get(node, NODE_CACHED) == 1) {
    if (carryBounds(node)) {
      evaluateLazily(node);
      set(node, NODE_STATUS, STATUS_DONE);
      return;
    }
    set(node, NODE_CACHED, 0);
  }
  if (!inheritsScale && word(node, NODE_COUNT) > <usize>TINY_ENTRIES) quantizeNode(node);
}

function finishNode(node: usize): void {
  const keys = word(node, NODE_KEYS);
  const features = <i32>address(CONTEXT_FEATURES);
  const index = (node - address(CONTEXT_NODES)) / NODE_BYTES;
  const bounds = address(CONTEXT_BOUNDS) + index * (<usize>features << 2);
  if (keys != 0) startBounds(node);
  loadNode(node);
  const isSmall = word(node, NODE_COUNT) <= <usize>SMALL_ENTRIES;
  let evaluated: i32;
  if (word(node, NODE_COUNT) <= <usize>TINY_ENTRIES) {
    evaluated = finishTiny(node, keys != 0 ? bounds : 0);
  } else if (get(node, NODE_BOUNDED) == 0 || (isSmall && get(node, NODE_BOUNDED) != 1)) {
    evaluated = finishAll(node, keys != 0 ? bounds : 0, features);
  } else {
    if (isSmall) boundSmall(node, index);
    evaluated = finishBounded(node, keys, bounds, features);
  }
  if (keys != 0) storeKeys(keys, bounds, <usize>features << 2);
  storeNode(node, evaluated);
  set(node, NODE_SEED, <f64>bestFeature);
  set(node, NODE_STATUS, STATUS_DONE);
}

/** Keys are √bound, rounded up, without marks. */
function storeKeys(keys: usize, bounds: usize, bytes: usize): void {
  const room = f32x4.splat(1.0 + 1.0 / 1048576);
  const unmarked = i32x4.splat(~3);
  for (let offset: usize = 0; offset < bytes; offset += 16)
    v128.store(keys + offset, v128.and(f32x4.mul(f32x4.sqrt(v128.load(bounds + offset)), room), unmarked));
}

function finishTiny(node: usize, bounds: usize): i32 {
  const feature = bestOfTiny(node, bounds, bestGain);
  if (feature < 0) return 0;
  evaluate(feature, bestGain);
  return 1;
}

function finishAll(node: usize, bounds: usize, features: i32): i32 {
  const active = address(CONTEXT_FEATURE_ACTIVE);
  const base = get(node, NODE_BASE);
  let evaluated = 0;
  for (let feature = 0; feature < features; feature++) {
    if (load<u8>(active + feature) == 0) {
      if (bounds != 0) store<f32>(bounds + (<usize>feature << 2), 0);
      continue;
    }
    evaluated++;
    const gain = evaluate(feature, bounds != 0 ? 0 : bestGain);
    if (bounds != 0) tighten(bounds, feature, base, gain);
  }
  return evaluated;
}

/** Evaluates the features whose bound reaches the best score, the most promising one first. */
function finishBounded(node: usize, keys: usize, bounds: usize, features: i32): i32 {
  const active = address(CONTEXT_FEATURE_ACTIVE);
  const base = get(node, NODE_BASE);
  let first = -1;
  let largest: f32 = 0;
  for (let feature = 0; feature < features; feature++) {
    const bound = load<f32>(bounds + (<usize>feature << 2));
    if (bound > largest && load<u8>(active + feature) != 0) {
      largest = bound;
      first = feature;
    }
  }
  if (first < 0 || <f64>largest < bestGain * (1 - ROUNDING_ROOM) - base) return 0;
  let evaluated = 1;
  tighten(bounds, first, base, evaluate(first, keys != 0 ? 0 : bestGain));
  for (let feature = 0; feature < features; feature++) {
    const bound = load<f32>(bounds + (<usize>feature << 2));
    if (<f64>bound < bestGain * (1 - ROUNDING_ROOM) - base || bound <= 0) continue;
    if (feature == first || load<u8>(active + feature) == 0) continue;
    evaluated++;
    tighten(bounds, feature, base, evaluate(feature, keys != 0 ? 0 : bestGain));
  }
  return evaluated;
}

@inline
function tighten(bounds: usize, feature: i32, base: f64, gain: f64): void {
  const centered = max(gain * (1 + ROUNDING_ROOM) - base, 0);
  store<f32>(bounds + (<usize>feature << 2), <f32>(centered * (1 + 1.0 / 1048576)));
}
