import { gbdtLayout } from "../../kernels/index.ts";
import type { PromptSet, PromptSets } from "./prompt-set.ts";
import type { TrainingMemory } from "./training-memory.ts";
import type { Split } from "./tree.ts";

const { CONTEXT_BINS } = gbdtLayout;

/** The pairs of a node: all known pairs of these queries with these prompts. */
export interface NodePairs {
  /** Ascending. */
  readonly queries: Uint32Array;
  readonly prompts: PromptSet;
}

/**
 * Parts a node's pairs. A query split parts the queries, a prompt split the prompts:
 *
 *              prompts                 query split             prompt split
 *            ┌────────┐                ┌────────┐              ┌───┬────┐
 *    queries │  node  │                │  left  │              │   │    │
 *            │        │                ├────────┤              │ l │  r │
 *            └────────┘                │  right │              │   │    │
 *                                      └────────┘              └───┴────┘
 *
 * @param isComplete whether every pair is known; else queries without a known pair are left out of a child
 */
export function partNode(
  memory: TrainingMemory,
  promptSets: PromptSets,
  { queries, prompts }: NodePairs,
  split: Split,
  isComplete: boolean,
): [left: NodePairs, right: NodePairs] {
  if (split.side === "query") {
    const [left, right] = partQueries(memory, queries, split.index, split.bin);
    return [
      { queries: left, prompts },
      { queries: right, prompts },
    ];
  }
  const [left, right] = promptSets.part(prompts, split.index, split.bin);
  if (isComplete)
    return [
      { queries, prompts: left },
      { queries, prompts: right },
    ];
  return [
    { queries: queriesWithPairs(memory, queries, left), prompts: left },
    { queries: queriesWithPairs(memory, queries, right), prompts: right },
  ];
}

/** Parts queries by a binned feature: those up to `bin` go left. Order is kept. */
export function partQueries(
  memory: TrainingMemory,
  queries: Uint32Array,
  index: number,
  bin: number,
): [left: Uint32Array, right: Uint32Array] {
  const { u8, context } = memory.views;
  const bins = context[CONTEXT_BINS]! + (index >> 2) * 4 * memory.sizes.queries + (index & 3);
  const left = new Uint32Array(queries.length);
  const right = new Uint32Array(queries.length);
  let lefts = 0;
  let rights = 0;
  for (let place = 0; place < queries.length; place++) {
    const query = queries[place]!;
    if (u8[bins + 4 * query]! <= bin) left[lefts++] = query;
    else right[rights++] = query;
  }
  return [left.subarray(0, lefts), right.subarray(0, rights)];
}

/** Those of `queries` with a known pair: one with a hessian. */
export function queriesWithPairs(memory: TrainingMemory, queries: Uint32Array, set: PromptSet): Uint32Array {
  const { pairs } = memory;
  const { prompts } = memory.sizes;
  return queries.filter((query) =>
    set.prompts.some((prompt) => pairs[2 * (query * prompts + prompt) + 1]! > 0),
  );
}
