import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_BINS,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_PAIRS,
  CONTEXT_PROMPTS,
  CONTEXT_QUERIES,
  CONTEXT_QUERY_HASHES,
  PART_BIN,
  PART_COUNT,
  PART_FEATURE,
  PART_LEFT_COUNT,
  PART_LEFT_HASH,
  PART_LEFT_PROMPT_COUNT,
  PART_PROMPT_START,
  PART_RIGHT_COUNT,
  PART_RIGHT_HASH,
  PART_RIGHT_PROMPT_COUNT,
  PART_RIGHT_START,
  PART_START,
} from "./layout.ts";

/**
 * Parts a node's queries as its part record says; the order is kept. By a query feature the right child's come to
 * stand behind the left child's, in the parent's place. By prompts both children have all queries with a known pair,
 * the right child's at a place of their own.
 * @param part index of the record's first field in `views.f64`
 */
export function partQueries(views: KernelViews, part: number): void {
  const { i32, u32, f64, context } = views;
  const nodeQueries = context[CONTEXT_NODE_QUERIES]! >>> 2;
  const start = nodeQueries + i32[2 * part + PART_START]!;
  const end = start + i32[2 * part + PART_COUNT]!;
  if (i32[2 * part + PART_FEATURE]! >= 0) {
    partByBins(views, part, start, end);
    return;
  }
  const right = nodeQueries + i32[2 * part + PART_RIGHT_START]!;
  if (i32[2 * part + PART_PROMPT_START]! < 0) {
    u32.copyWithin(right, start, end);
    i32[2 * part + PART_LEFT_COUNT] = i32[2 * part + PART_COUNT]!;
    i32[2 * part + PART_RIGHT_COUNT] = i32[2 * part + PART_COUNT]!;
    return;
  }
  const prompts = (context[CONTEXT_NODE_PROMPTS]! >>> 2) + i32[2 * part + PART_PROMPT_START]!;
  const middle = prompts + i32[2 * part + PART_LEFT_PROMPT_COUNT]!;
  const promptsEnd = middle + i32[2 * part + PART_RIGHT_PROMPT_COUNT]!;
  // The left child's come last, since they overwrite their parent's.
  const rights = keepKnown(views, start, end, right, middle, promptsEnd);
  i32[2 * part + PART_RIGHT_COUNT] = rights.count;
  f64[part + PART_RIGHT_HASH] = rights.hash;
  const lefts = keepKnown(views, start, end, start, prompts, middle);
  i32[2 * part + PART_LEFT_COUNT] = lefts.count;
  f64[part + PART_LEFT_HASH] = lefts.hash;
}

function partByBins(
  { u8, i32, u32, f64, context }: KernelViews,
  part: number,
  start: number,
  end: number,
): void {
  const feature = i32[2 * part + PART_FEATURE]!;
  const greatest = i32[2 * part + PART_BIN]!;
  const bins = context[CONTEXT_BINS]! + (feature >> 2) * 4 * context[CONTEXT_QUERIES]! + (feature & 3);
  const hashes = context[CONTEXT_QUERY_HASHES]! >>> 3;
  const rights = new Uint32Array(end - start);
  let left = start;
  let right = 0;
  let leftHash = 0;
  let rightHash = 0;
  for (let place = start; place < end; place++) {
    const query = u32[place]!;
    if (u8[bins + 4 * query]! > greatest) {
      rights[right++] = query;
      rightHash += f64[hashes + query]!;
    } else {
      u32[left++] = query;
      leftHash += f64[hashes + query]!;
    }
  }
  u32.set(rights.subarray(0, right), left);
  i32[2 * part + PART_LEFT_COUNT] = left - start;
  i32[2 * part + PART_RIGHT_COUNT] = right;
  f64[part + PART_LEFT_HASH] = leftHash;
  f64[part + PART_RIGHT_HASH] = rightHash;
}

/** Copies the queries with a known pair: one with a hessian. */
function keepKnown(
  { u32, f64, context }: KernelViews,
  start: number,
  end: number,
  target: number,
  prompts: number,
  promptsEnd: number,
): { count: number; hash: number } {
  const pairs = context[CONTEXT_PAIRS]! >>> 3;
  const hashes = context[CONTEXT_QUERY_HASHES]! >>> 3;
  let next = target;
  let hash = 0;
  for (let place = start; place < end; place++) {
    const query = u32[place]!;
    const row = pairs + 2 * query * context[CONTEXT_PROMPTS]!;
    for (let prompt = prompts; prompt < promptsEnd; prompt++) {
      if (f64[row + 2 * u32[prompt]! + 1]! === 0) continue;
      u32[next++] = query;
      hash += f64[hashes + query]!;
      break;
    }
  }
  return { count: next - target, hash };
}
