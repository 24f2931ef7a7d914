import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_ENTRY_SUM,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_PAIRS,
  CONTEXT_PROMPT_SUMS,
  CONTEXT_PROMPTS,
  NODE_COUNT,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_PROMPT_COUNT,
  NODE_PROMPT_START,
  NODE_QUERIES,
  NODE_START,
} from "./layout.ts";

/**
 * Sums gradient and hessian of one node's pairs three ways: by entry, by prompt and in all. All sums are exact
 * (see `roundToGrid` of the trainer), so their order is free.
 * @param node index of the node's first field in `views.f64`
 */
export function sumNode(views: KernelViews, node: number): void {
  const { i32, u32, f64, context } = views;
  const prompts = context[CONTEXT_PROMPTS]!;
  const pairs = context[CONTEXT_PAIRS]! >>> 3;
  const start = i32[2 * node + NODE_START]!;
  const end = start + i32[2 * node + NODE_COUNT]!;
  const queries = (context[CONTEXT_NODE_QUERIES]! >>> 2) + i32[2 * node + NODE_QUERIES]! - start;
  const entrySum = context[CONTEXT_ENTRY_SUM]! >>> 3;
  const promptStart = i32[2 * node + NODE_PROMPT_START]!;
  const promptCount = i32[2 * node + NODE_PROMPT_COUNT]!;
  const nodePrompts = (context[CONTEXT_NODE_PROMPTS]! >>> 2) + promptStart;
  const promptSums = (context[CONTEXT_PROMPT_SUMS]! >>> 3) + 2 * promptStart;
  f64.fill(0, promptSums, promptSums + 2 * promptCount);
  let gradient = 0;
  let hessian = 0;
  for (let entry = start; entry < end; entry++) {
    const row = pairs + 2 * prompts * u32[queries + entry]!;
    let entryGradient = 0;
    let entryHessian = 0;
    for (let index = 0; index < promptCount; index++) {
      const pair = row + 2 * u32[nodePrompts + index]!;
      const sum = promptSums + 2 * index;
      entryGradient += f64[pair]!;
      entryHessian += f64[pair + 1]!;
      f64[sum] = f64[sum]! + f64[pair]!;
      f64[sum + 1] = f64[sum + 1]! + f64[pair + 1]!;
    }
    f64[entrySum + 2 * entry] = entryGradient;
    f64[entrySum + 2 * entry + 1] = entryHessian;
    gradient += entryGradient;
    hessian += entryHessian;
  }
  f64[node + NODE_GRADIENT] = gradient;
  f64[node + NODE_HESSIAN] = hessian;
}
