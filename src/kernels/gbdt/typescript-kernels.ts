import { evaluateFamilies } from "./family-evaluation.ts";
import { FeatureEvaluator } from "./feature-evaluator.ts";
import type { GbdtKernels } from "./gbdt-kernels.ts";
import { computeGradients } from "./gradients.ts";
import { type KernelViews, kernelViews } from "./kernel-views.ts";
import {
  CONTEXT_ENTRY_SUM,
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
  NODE_BASE,
  NODE_BEST_BIN,
  NODE_BEST_FEATURE,
  NODE_BEST_GAIN,
  NODE_BOUNDED,
  NODE_CACHED,
  NODE_CENTER,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_FIELDS,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_KEYS,
  NODE_PROMPT_GAIN,
  NODE_RATIO,
  NODE_SCORE,
  NODE_SEED,
  NODE_START,
  NODE_STATUS,
  PART_FIELDS,
  ROUNDING_ROOM,
  SPARSE_ENTRIES,
  STAGE_BOUND,
  STAGE_FINISH,
  STAGE_GRADIENTS,
  STAGE_PART,
  STAGE_PREPARE,
  STATUS_DONE,
  STATUS_PENDING,
  STATUS_TERMINAL,
} from "./layout.ts";
import { carryBounds, evaluateLazily, startBounds, storeKey } from "./lazy-evaluation.ts";
import { sumNode } from "./node-sums.ts";
import { partQueries } from "./part-queries.ts";
import { findPromptSplit } from "./prompt-split.ts";

/**
 * The kernels in plain TypeScript: every feature exactly, without the bounds in small integers of the SIMD
 * kernels; the trees are the same. For machines without WebAssembly SIMD, and for one thread.
 */
export function typescriptKernels(buffer: ArrayBufferLike): GbdtKernels {
  const views = kernelViews(buffer);
  const evaluator = new FeatureEvaluator(views);
  const forEachListed = (visit: (node: number) => void): void => {
    const list = views.context[CONTEXT_LIST]! >>> 2;
    const nodes = views.context[CONTEXT_NODES]! >>> 3;
    const end = list + views.context[CONTEXT_LIST_LENGTH]!;
    for (let index = list; index < end; index++) visit(nodes + NODE_FIELDS * views.u32[index]!);
  };
  return {
    name: "typescript",
    run(stage: number): void {
      if (stage === STAGE_PREPARE) forEachListed((node) => prepareNode(views, node, evaluator));
      if (stage === STAGE_GRADIENTS) computeGradients(views);
      if (stage === STAGE_PART) partAll(views);
      if (stage === STAGE_BOUND) evaluateFamilies(views, evaluator);
      if (stage === STAGE_FINISH) forEachListed((node) => finishNode(views, node, evaluator));
    },
  };
}

function partAll(views: KernelViews): void {
  const { context } = views;
  const parts = context[CONTEXT_PARTS]! >>> 3;
  for (let part = 0; part < context[CONTEXT_PARTS_LENGTH]!; part++)
    partQueries(views, parts + PART_FIELDS * part);
}

function prepareNode(views: KernelViews, node: number, evaluator: FeatureEvaluator): void {
  const { i32, f64, context } = views;
  sumNode(views, node);
  const gradient = f64[node + NODE_GRADIENT]!;
  const hessian = f64[node + NODE_HESSIAN]!;
  const lambda = context[CONTEXT_LAMBDA]!;
  f64[node + NODE_EVALUATED] = 0;
  f64[node + NODE_BOUNDED] = 0;
  f64[node + NODE_SCORE] = (gradient * gradient) / (hessian + lambda);
  if (f64[node + NODE_STATUS] === STATUS_TERMINAL) return;
  if (hessian < 2 * context[CONTEXT_MIN_CHILD]!) {
    f64[node + NODE_STATUS] = STATUS_TERMINAL;
    return;
  }
  f64[node + NODE_CENTER] = -gradient / (hessian + 2 * lambda);
  f64[node + NODE_BASE] = (gradient * gradient) / (hessian + 2 * lambda);
  findPromptSplit(views, node);
  const required = f64[node + NODE_SCORE]! + context[CONTEXT_MIN_GAIN]!;
  f64[node + NODE_BEST_GAIN] = Math.max(f64[node + NODE_PROMPT_GAIN]!, required) * (1 - ROUNDING_ROOM);
  f64[node + NODE_BEST_FEATURE] = -1;
  f64[node + NODE_BEST_BIN] = 0;
  f64[node + NODE_STATUS] = STATUS_PENDING;
  if (f64[node + NODE_CACHED] === 1) {
    if (carryBounds(views, node)) {
      evaluateLazily(views, node, evaluator);
      f64[node + NODE_STATUS] = STATUS_DONE;
      return;
    }
    f64[node + NODE_CACHED] = 0;
  }
  // Below, only the bins that are met are gone through, which costs less than to subtract and to pass over stretches.
  if (i32[2 * node + NODE_COUNT]! <= SPARSE_ENTRIES) return;
  f64[node + NODE_BOUNDED] = 1;
  f64[node + NODE_RATIO] = largestRatio(views, node);
}

/** Greatest |u| / h of an entry. */
function largestRatio({ i32, f64, context }: KernelViews, node: number): number {
  const center = f64[node + NODE_CENTER]!;
  const sums = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * i32[2 * node + NODE_START]!;
  const end = sums + 2 * i32[2 * node + NODE_COUNT]!;
  let ratio = 0;
  for (let sum = sums; sum < end; sum += 2)
    ratio = Math.max(ratio, Math.abs(f64[sum]! / f64[sum + 1]! + center));
  return ratio;
}

function finishNode(views: KernelViews, node: number, evaluator: FeatureEvaluator): void {
  const { u8, i32, f64, context } = views;
  if (f64[node + NODE_BOUNDED] === 0) {
    const keys = i32[2 * node + NODE_KEYS]! >>> 2;
    if (keys !== 0) startBounds(views, node);
    const features = context[CONTEXT_FEATURES]!;
    const active = context[CONTEXT_FEATURE_ACTIVE]!;
    let evaluated = 0;
    evaluator.load(node);
    for (let feature = 0; feature < features; feature++) {
      if (u8[active + feature] === 0) {
        if (keys !== 0) i32[keys + feature] = 0;
        continue;
      }
      evaluated++;
      const gain = evaluator.evaluate(feature, keys !== 0 ? 0 : evaluator.bestGain);
      if (keys !== 0) storeKey(views, node, feature, gain, 0);
    }
    evaluator.store(node, evaluated);
  }
  f64[node + NODE_SEED] = f64[node + NODE_BEST_FEATURE]!;
  f64[node + NODE_STATUS] = STATUS_DONE;
}
