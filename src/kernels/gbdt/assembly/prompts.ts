// Prompt splits; the plain TypeScript twin is ../prompt-split.ts.
import {
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_GAIN,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_PARTITIONS,
  CONTEXT_PROMPT_COLUMNS,
  CONTEXT_PROMPT_ORDER,
  CONTEXT_PROMPT_RANK,
  CONTEXT_PROMPT_SUMS,
  CONTEXT_PROMPTS,
  NODE_BASE,
  NODE_CENTER,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_PARTITION_COUNT,
  NODE_PARTITION_START,
  NODE_PROMPT_COLUMN,
  NODE_PROMPT_COUNT,
  NODE_PROMPT_GAIN,
  NODE_PROMPT_RANK,
  NODE_PROMPT_START,
  NODE_SCORE,
  ROUNDING_ROOM,
  SCRATCH_PROMPTS,
  SCRATCH_SCAN_TABLE,
} from "../layout";
import { address, context, get, scratch, set, word } from "./context";
import { quantizeSums } from "./quantize";
import { scanFour } from "./scan-bound";

let gradient: f64 = 0;
let hessian: f64 = 0;
let lambda: f64 = 0;
let minChild: f64 = 0;
let bestGain: f64 = 0;
let bestColumn: i32 = -1;
let bestRank: i32 = 0;

export function findPromptSplit(node: usize): void {
  gradient = get(node, NODE_GRADIENT);
  hessian = get(node, NODE_HESSIAN);
  lambda = context(CONTEXT_LAMBDA);
  minChild = context(CONTEXT_MIN_CHILD);
  bestGain = 0;
  bestColumn = -1;
  if (word(node, NODE_PROMPT_COUNT) >= 2) {
    if (<i32>word(node, NODE_PARTITION_COUNT) >= 0) tryPartitions(node);
    else tryColumns(node);
  }
  set(node, NODE_PROMPT_GAIN, bestColumn < 0 ? 0 : bestGain);
  set(node, NODE_PROMPT_COLUMN, <f64>bestColumn);
  set(node, NODE_PROMPT_RANK, <f64>bestRank);
}

@inline
function offer(left: v128, column: i32, rank: i32): void {
  const leftGradient = f64x2.extract_lane(left, 0);
  const leftHessian = f64x2.extract_lane(left, 1);
  const rightGradient = gradient - leftGradient;
  const rightHessian = hessian - leftHessian;
  if (leftHessian < minChild || rightHessian < minChild) return;
  const gain =
    (leftGradient * leftGradient) / (leftHessian + lambda) +
    (rightGradient * rightGradient) / (rightHessian + lambda);
  if (gain > bestGain || (gain == bestGain && column < bestColumn)) {
    bestGain = gain;
    bestColumn = column;
    bestRank = rank;
  }
}

function tryPartitions(node: usize): void {
  const sums = address(CONTEXT_PROMPT_SUMS) + (word(node, NODE_PROMPT_START) << 4);
  let record = address(CONTEXT_PARTITIONS) + (word(node, NODE_PARTITION_START) << 3);
  const end = record + (word(node, NODE_PARTITION_COUNT) << 3);
  while (record < end) {
    let left = f64x2.splat(0);
    for (let mask = load<u32>(record); mask; mask &= mask - 1)
      left = f64x2.add(left, v128.load(sums + (<usize>ctz(mask) << 4)));
    offer(left, load<u16>(record, 4), load<u16>(record, 6));
    record += 8;
  }
}

/** Writes the quantized pairs of the node's prompts in a column's order, 32 bytes apart. */
@inline
function sortPrompts(column: u32, table: usize, sorted: usize): void {
  const prompts = address(CONTEXT_PROMPTS);
  let order = address(CONTEXT_PROMPT_ORDER) + <usize>column * (prompts << 1);
  const end = order + (prompts << 1);
  while (order < end) {
    const entry = table + (<usize>load<u16>(order) << 4);
    store<i64>(sorted, load<i64>(entry));
    sorted += <usize>load<u32>(entry, 8);
    order += 2;
  }
}

/*
 * Prompt table, 16 bytes a prompt: quantized pair (i64), 32 if the prompt is in the node and 0 if not (u32), address
 * of its sums (u32).
 */
function tryColumns(node: usize): void {
  const prompts = address(CONTEXT_PROMPTS);
  const columns = <u32>address(CONTEXT_PROMPT_COLUMNS);
  const start = word(node, NODE_PROMPT_START);
  const count = <u32>word(node, NODE_PROMPT_COUNT);
  const nodePrompts = address(CONTEXT_NODE_PROMPTS) + (start << 2);
  const sums = address(CONTEXT_PROMPT_SUMS) + (start << 4);
  const orders = address(CONTEXT_PROMPT_ORDER);
  const table = scratch + SCRATCH_PROMPTS;
  const sorted = table + (prompts << 4);
  const bounds = sorted + ((prompts + 1) << 5);
  const scanTable = scratch + SCRATCH_SCAN_TABLE;
  const isBounded = quantizeSums(sums, sorted, count, hessian, get(node, NODE_CENTER), scanTable) == 1;
  memory.fill(table, 0, prompts << 4);
  for (let index: usize = 0; index < <usize>count; index++) {
    const entry = table + (<usize>load<u32>(nodePrompts + (index << 2)) << 4);
    store<i64>(entry, load<i64>(sorted + (index << 3)));
    store<u32>(entry, 32, 8);
    store<u32>(entry, <u32>(sums + (index << 4)), 12);
  }
  let largest: f32 = -1;
  let first: u32 = 0;
  if (isBounded)
    for (let four: u32 = 0; four < columns; four += 4) {
      const end = min(four + 4, columns);
      for (let column = four; column < end; column++) sortPrompts(column, table, sorted + ((column & 3) << 3));
      v128.store(bounds + (<usize>four << 2), scanFour(sorted, count, scanTable));
      for (let column = four; column < end; column++) {
        const bound = load<f32>(bounds + (<usize>column << 2));
        if (bound <= largest) continue;
        largest = bound;
        first = column;
      }
    }
  // What does not gain enough, or not as much as the best so far, need not be told apart.
  const base = get(node, NODE_BASE);
  bestGain = (get(node, NODE_SCORE) + context(CONTEXT_MIN_GAIN)) * (1 - ROUNDING_ROOM);
  if (isBounded && columns > 0) {
    if (<f64>largest < bestGain * (1 - ROUNDING_ROOM) - base) return;
    tryColumn(first, table);
  }
  for (let column: u32 = 0; column < columns; column++) {
    if (isBounded) {
      if (column == first) continue;
      if (<f64>load<f32>(bounds + (<usize>column << 2)) < bestGain * (1 - ROUNDING_ROOM) - base) continue;
    }
    tryColumn(column, table);
  }
}

function tryColumn(column: u32, table: usize): void {
  const prompts = address(CONTEXT_PROMPTS);
  let order = address(CONTEXT_PROMPT_ORDER) + <usize>column * (prompts << 1);
  const end = order + (prompts << 1);
  const ranks = address(CONTEXT_PROMPT_RANK) + <usize>column * (prompts << 1);
  let left = f64x2.splat(0);
  let previousRank = -1;
  while (order < end) {
    const prompt = <usize>load<u16>(order);
    const entry = table + (prompt << 4);
    order += 2;
    if (load<u32>(entry, 8) == 0) continue;
    const rank = <i32>load<u16>(ranks + (prompt << 1));
    if (previousRank >= 0 && rank != previousRank) offer(left, <i32>column, previousRank);
    left = f64x2.add(left, v128.load(<usize>load<u32>(entry, 12)));
    previousRank = rank;
  }
}
