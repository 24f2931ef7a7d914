import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_PARTITIONS,
  CONTEXT_PROMPT_COLUMNS,
  CONTEXT_PROMPT_ORDER,
  CONTEXT_PROMPT_RANK,
  CONTEXT_PROMPT_SUMS,
  CONTEXT_PROMPTS,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_PARTITION_COUNT,
  NODE_PARTITION_START,
  NODE_PROMPT_COLUMN,
  NODE_PROMPT_COUNT,
  NODE_PROMPT_GAIN,
  NODE_PROMPT_RANK,
  NODE_PROMPT_START,
} from "./layout.ts";

/** Finds the best split of one node by a prompt feature, the lowest column and rank where scores are equal. */
export function findPromptSplit(views: KernelViews, node: number): void {
  const { i32, f64 } = views;
  f64[node + NODE_PROMPT_GAIN] = 0;
  f64[node + NODE_PROMPT_COLUMN] = -1;
  if (i32[2 * node + NODE_PROMPT_COUNT]! < 2) return;
  if (i32[2 * node + NODE_PARTITION_COUNT]! >= 0) tryPartitions(views, node);
  else tryColumns(views, node);
}

/** Few prompts: the different ways the columns part them were listed beforehand. */
function tryPartitions(views: KernelViews, node: number): void {
  const { u16, i32, u32, f64, context } = views;
  const sums = (context[CONTEXT_PROMPT_SUMS]! >>> 3) + 2 * i32[2 * node + NODE_PROMPT_START]!;
  const first = context[CONTEXT_PARTITIONS]! + 8 * i32[2 * node + NODE_PARTITION_START]!;
  const end = first + 8 * i32[2 * node + NODE_PARTITION_COUNT]!;
  for (let record = first; record < end; record += 8) {
    let gradient = 0;
    let hessian = 0;
    for (let mask = u32[record >>> 2]!; mask !== 0; mask &= mask - 1) {
      const sum = sums + 2 * (31 - Math.clz32(mask & -mask));
      gradient += f64[sum]!;
      hessian += f64[sum + 1]!;
    }
    offer(views, node, gradient, hessian, u16[(record + 4) >>> 1]!, u16[(record + 6) >>> 1]!);
  }
}

/** Many prompts: walk each column in ascending order, past the prompts that are not in the node. */
function tryColumns(views: KernelViews, node: number): void {
  const { u16, i32, u32, f64, context } = views;
  const prompts = context[CONTEXT_PROMPTS]!;
  const columns = context[CONTEXT_PROMPT_COLUMNS]!;
  const start = i32[2 * node + NODE_PROMPT_START]!;
  const count = i32[2 * node + NODE_PROMPT_COUNT]!;
  const nodePrompts = (context[CONTEXT_NODE_PROMPTS]! >>> 2) + start;
  const sums = (context[CONTEXT_PROMPT_SUMS]! >>> 3) + 2 * start;
  const sumOf = new Int32Array(prompts);
  for (let index = 0; index < count; index++) sumOf[u32[nodePrompts + index]!] = sums + 2 * index;
  for (let column = 0; column < columns; column++) {
    const order = (context[CONTEXT_PROMPT_ORDER]! >>> 1) + column * prompts;
    const ranks = (context[CONTEXT_PROMPT_RANK]! >>> 1) + column * prompts;
    let gradient = 0;
    let hessian = 0;
    let previousRank = -1;
    for (let position = 0; position < prompts; position++) {
      const prompt = u16[order + position]!;
      const sum = sumOf[prompt]!;
      if (sum === 0) continue;
      const rank = u16[ranks + prompt]!;
      if (previousRank >= 0 && rank !== previousRank)
        offer(views, node, gradient, hessian, column, previousRank);
      gradient += f64[sum]!;
      hessian += f64[sum + 1]!;
      previousRank = rank;
    }
  }
}

/** Keeps a candidate if it is admissible and strictly better than the best so far. */
function offer(
  { f64, context }: KernelViews,
  node: number,
  gradient: number,
  hessian: number,
  column: number,
  rank: number,
): void {
  const lambda = context[CONTEXT_LAMBDA]!;
  const minChild = context[CONTEXT_MIN_CHILD]!;
  const right = f64[node + NODE_GRADIENT]! - gradient;
  const rightHessian = f64[node + NODE_HESSIAN]! - hessian;
  if (hessian < minChild || rightHessian < minChild) return;
  const gain = (gradient * gradient) / (hessian + lambda) + (right * right) / (rightHessian + lambda);
  if (gain <= f64[node + NODE_PROMPT_GAIN]!) return;
  f64[node + NODE_PROMPT_GAIN] = gain;
  f64[node + NODE_PROMPT_COLUMN] = column;
  f64[node + NODE_PROMPT_RANK] = rank;
}
