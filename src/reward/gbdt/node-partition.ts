import { gbdtLayout } from "../../kernels/index.ts";
import { seededRandom } from "../../util/index.ts";
import type { StageRunner } from "./kernel-runner.ts";
import type { PromptSet } from "./prompt-set.ts";
import { BATCH_NODES, type TrainingMemory } from "./training-memory.ts";

const {
  CONTEXT_NODE_PROMPTS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_PARTS,
  CONTEXT_PARTS_LENGTH,
  CONTEXT_QUERY_HASHES,
  PART_BIN,
  PART_COUNT,
  PART_FEATURE,
  PART_FIELDS,
  PART_LEFT_COUNT,
  PART_LEFT_HASH,
  PART_LEFT_PROMPT_COUNT,
  PART_PROMPT_START,
  PART_RIGHT_COUNT,
  PART_RIGHT_HASH,
  PART_RIGHT_PROMPT_COUNT,
  PART_RIGHT_START,
  PART_START,
  STAGE_PART,
} = gbdtLayout;

/** Hashes of queries are whole numbers below this, so that sums of 2^17 of them are exact. */
const HASH_RANGE = 2 ** 36;

/** The pairs of a node: all known pairs of some queries with some prompts. */
export interface NodePairs {
  /** First of its queries among the node queries in the kernels' memory, where they stand ascending. */
  readonly start: number;
  readonly count: number;
  /** Sum of the queries' hashes. */
  readonly hash: number;
  readonly prompts: PromptSet;
}

/** How to part a node's pairs: by the bins of a query feature, or into two prompt sets. */
export type Parting =
  | { readonly pairs: NodePairs; readonly feature: number; readonly bin: number }
  | { readonly pairs: NodePairs; readonly left: PromptSet; readonly right: PromptSet };

/**
 * The queries of all nodes of a tree while it grows. A query split parts the queries, a prompt split the prompts:
 *
 *              prompts                 query split             prompt split
 *            ┌────────┐                ┌────────┐              ┌───┬────┐
 *    queries │  node  │                │  left  │              │   │    │
 *            │        │                ├────────┤              │ l │  r │
 *            └────────┘                │  right │              │   │    │
 *                                      └────────┘              └───┴────┘
 *
 * Children of a query split share their parent's place; the right child of a prompt split takes a new one, so that
 * there are never more than Q × P.
 */
export class NodePartition {
  readonly #memory: TrainingMemory;
  readonly #runStage: StageRunner;
  #end = 0;
  #isComplete = false;

  constructor(memory: TrainingMemory, runStage: StageRunner) {
    this.#memory = memory;
    this.#runStage = runStage;
    const random = seededRandom(1);
    const hashes = memory.address(CONTEXT_QUERY_HASHES) >>> 3;
    for (let query = 0; query < memory.sizes.queries; query++)
      memory.views.f64[hashes + query] = Math.floor(random.next() * HASH_RANGE);
  }

  /**
   * Begins a tree with a root that holds all pairs.
   * @param isComplete whether every pair is known; else queries without a known pair are left out of a node
   */
  startTree(prompts: PromptSet, isComplete: boolean): NodePairs {
    this.#isComplete = isComplete;
    const { u32, f64, context } = this.#memory.views;
    const { queries, prompts: promptCount } = this.#memory.sizes;
    const nodeQueries = context[CONTEXT_NODE_QUERIES]! >>> 2;
    const hashes = context[CONTEXT_QUERY_HASHES]! >>> 3;
    const { pairs } = this.#memory;
    let count = 0;
    let hash = 0;
    for (let query = 0; query < queries; query++) {
      if (!isComplete && !hasPair(pairs, query, promptCount)) continue;
      u32[nodeQueries + count++] = query;
      hash += f64[hashes + query]!;
    }
    this.#end = count;
    return { start: 0, count, hash, prompts };
  }

  /** The queries of a node; valid until it is parted or the next tree begins. */
  getQueries({ start, count }: NodePairs): Uint32Array {
    const first = (this.#memory.address(CONTEXT_NODE_QUERIES) >>> 2) + start;
    return this.#memory.views.u32.subarray(first, first + count);
  }

  /** Parts nodes; the pairs of the children, left one first, in order. The parents' are no longer valid. */
  part(partings: readonly Parting[]): NodePairs[] {
    const children: NodePairs[] = [];
    for (let start = 0; start < partings.length; ) {
      let end = start;
      let prompts = 0;
      let entries = 0;
      while (end < partings.length && end - start < BATCH_NODES) {
        const parting = partings[end]!;
        prompts += parting.pairs.prompts.prompts.length;
        if (end > start && prompts > this.#memory.batchPrompts) break;
        entries += parting.pairs.count;
        end++;
      }
      const batch = partings.slice(start, end);
      this.#enter(batch);
      this.#runStage(STAGE_PART, entries);
      batch.forEach((parting, index) => {
        this.#read(parting, index, children);
      });
      start = end;
    }
    return children;
  }

  #enter(partings: readonly Parting[]): void {
    const { i32, u32, context } = this.#memory.views;
    const nodePrompts = context[CONTEXT_NODE_PROMPTS]! >>> 2;
    let prompt = 0;
    context[CONTEXT_PARTS_LENGTH] = partings.length;
    partings.forEach((parting, index) => {
      const part = this.#partAt(index);
      const { start, count } = parting.pairs;
      i32[2 * part + PART_START] = start;
      i32[2 * part + PART_COUNT] = count;
      if ("bin" in parting) {
        i32[2 * part + PART_FEATURE] = parting.feature;
        i32[2 * part + PART_BIN] = parting.bin;
        return;
      }
      i32[2 * part + PART_FEATURE] = -1;
      i32[2 * part + PART_RIGHT_START] = this.#end;
      this.#end += count;
      i32[2 * part + PART_PROMPT_START] = this.#isComplete ? -1 : prompt;
      if (this.#isComplete) return;
      const left = parting.left.prompts;
      const right = parting.right.prompts;
      i32[2 * part + PART_LEFT_PROMPT_COUNT] = left.length;
      i32[2 * part + PART_RIGHT_PROMPT_COUNT] = right.length;
      u32.set(left, nodePrompts + prompt);
      u32.set(right, nodePrompts + prompt + left.length);
      prompt += left.length + right.length;
    });
  }

  #read(parting: Parting, index: number, children: NodePairs[]): void {
    const { i32, f64 } = this.#memory.views;
    const part = this.#partAt(index);
    const { start, hash, prompts } = parting.pairs;
    const leftCount = i32[2 * part + PART_LEFT_COUNT]!;
    const rightCount = i32[2 * part + PART_RIGHT_COUNT]!;
    if ("bin" in parting) {
      const rightStart = start + leftCount;
      children.push(
        { start, count: leftCount, hash: f64[part + PART_LEFT_HASH]!, prompts },
        { start: rightStart, count: rightCount, hash: f64[part + PART_RIGHT_HASH]!, prompts },
      );
      return;
    }
    const rightStart = i32[2 * part + PART_RIGHT_START]!;
    const leftHash = this.#isComplete ? hash : f64[part + PART_LEFT_HASH]!;
    const rightHash = this.#isComplete ? hash : f64[part + PART_RIGHT_HASH]!;
    children.push(
      { start, count: leftCount, hash: leftHash, prompts: parting.left },
      { start: rightStart, count: rightCount, hash: rightHash, prompts: parting.right },
    );
  }

  #partAt(index: number): number {
    return (this.#memory.address(CONTEXT_PARTS) >>> 3) + PART_FIELDS * index;
  }
}

/** Whether a query has a known pair: one with a hessian. */
function hasPair(pairs: Float64Array, query: number, prompts: number): boolean {
  const end = 2 * prompts * (query + 1);
  for (let hessian = 2 * prompts * query + 1; hessian < end; hessian += 2)
    if (pairs[hessian]! > 0) return true;
  return false;
}
