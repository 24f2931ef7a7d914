import { gbdtLayout } from "../../kernels/index.ts";
import { BoundCache, KEPT_FIELDS, type KeptBounds } from "./bound-cache.ts";
import { type PlannedNode, planBounding, usableHistograms } from "./bounding-plan.ts";
import { HistogramStore, type StoredHistograms } from "./histogram-store.ts";
import type { Interruptible } from "./interruptible.ts";
import type { StageRunner } from "./kernel-runner.ts";
import type { PromptSets } from "./prompt-set.ts";
import { BATCH_NODES, type TrainingMemory } from "./training-memory.ts";
import { MIN_GAIN, type TrainingPlan } from "./training-plan.ts";
import type { Split } from "./tree.ts";

const {
  CONTEXT_BLOCKS_PER_TASK,
  CONTEXT_FAMILIES_LENGTH,
  CONTEXT_LAMBDA,
  CONTEXT_LIST,
  CONTEXT_LIST_LENGTH,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_MIN_GAIN,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_NODES,
  NODE_BEST_BIN,
  NODE_BEST_FEATURE,
  NODE_BEST_GAIN,
  NODE_BY_ENTRY,
  NODE_CACHED,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_FIELDS,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_HISTORY,
  NODE_KEYS,
  NODE_PARTITION_COUNT,
  NODE_PARTITION_START,
  NODE_PROMPT_COLUMN,
  NODE_PROMPT_COUNT,
  NODE_PROMPT_GAIN,
  NODE_PROMPT_RANK,
  NODE_PROMPT_START,
  NODE_QUERIES,
  NODE_SCALE,
  NODE_SCALE_CENTER,
  NODE_SCORE,
  NODE_SEED,
  NODE_START,
  NODE_STATUS,
  STAGE_BOUND,
  STAGE_FINISH,
  STAGE_PREPARE,
  STATUS_DONE,
  STATUS_PENDING,
  STATUS_TERMINAL,
} = gbdtLayout;

/** A set of pairs to be split: all known pairs of some queries with some prompts. */
export interface OpenNode extends PlannedNode {
  /** Whether a split is wanted, or only the sums. */
  readonly isSplittable: boolean;
}

/** What was found about a node. */
export interface NodeFinding {
  readonly gradient: number;
  readonly hessian: number;
  /** The best split; null if none gains enough. */
  readonly split: Split | null;
  /** What is kept for its children, until the next tree begins. */
  readonly histograms: StoredHistograms | null;
}

/** Least hessian a child of a kept bound needs, relative: a hessian may grow by 1.05 before bounds are void. */
const KEPT_MIN_CHILD = 0.95;

/** Finds the best splits of many nodes at once. */
export class SplitFinder {
  readonly #memory: TrainingMemory;
  readonly #runStage: StageRunner;
  readonly #plan: TrainingPlan;
  readonly #cache: BoundCache | null;
  readonly #histograms: HistogramStore;
  #batch = 0;
  /** Features evaluated exactly so far. */
  evaluated = 0;

  constructor(memory: TrainingMemory, runStage: StageRunner, plan: TrainingPlan) {
    this.#memory = memory;
    this.#runStage = runStage;
    this.#plan = plan;
    this.#histograms = new HistogramStore(memory.histogramSlots);
    const { cacheBytes, features } = memory.sizes;
    this.#cache = cacheBytes > 0 ? new BoundCache(memory.cacheAddress, cacheBytes, features) : null;
    const { context } = memory.views;
    context[CONTEXT_LAMBDA] = plan.lambda;
    // Any pair has a hessian of at least 2^-30, so that "more than none" can be asked for in the same words.
    context[CONTEXT_MIN_CHILD] = Math.max(plan.minChildWeight, 2 ** -31);
    context[CONTEXT_MIN_CHILD_BOUND] =
      context[CONTEXT_MIN_CHILD]! * (this.#cache === null ? 1 : KEPT_MIN_CHILD);
    context[CONTEXT_MIN_GAIN] = Math.max(MIN_GAIN, plan.minSplitGain);
    context[CONTEXT_BLOCKS_PER_TASK] = 16;
  }

  get cacheHits(): number {
    return this.#cache?.hits ?? 0;
  }

  /** Forgets what was kept for the last tree's nodes. */
  startTree(): void {
    this.#histograms.reset();
  }

  /**
   * One finding for each node, in order; yields after each batch of nodes.
   * @param nodes the root alone, or pairs of siblings side by side
   */
  *find(nodes: readonly OpenNode[], promptSets: PromptSets): Interruptible<NodeFinding[]> {
    const findings: NodeFinding[] = [];
    const step = Math.min(2, nodes.length);
    for (let start = 0; start < nodes.length; ) {
      let end = start;
      let entries = 0;
      let prompts = 0;
      while (end < nodes.length && end - start < BATCH_NODES) {
        for (let place = end; place < end + step; place++) {
          const { pairs } = nodes[place]!;
          entries += pairs.count;
          prompts += pairs.prompts.prompts.length;
        }
        if (end > start && (entries > this.#memory.batchEntries || prompts > this.#memory.batchPrompts))
          break;
        end += step;
      }
      findings.push(...this.#findBatch(nodes.slice(start, end), promptSets));
      yield;
      start = end;
    }
    return findings;
  }

  #findBatch(nodes: readonly OpenNode[], promptSets: PromptSets): NodeFinding[] {
    this.#batch++;
    promptSets.listPartitions(nodes.map(({ pairs }) => pairs.prompts));
    const kept = this.#enter(nodes);
    this.#list(nodes.keys());
    this.#runStage(STAGE_PREPARE);
    const histograms = this.#finish(nodes);
    return nodes.map((_, index) => this.#read(index, kept[index]!, histograms?.[index] ?? null));
  }

  /** Writes the nodes' records; returns their kept bounds. */
  #enter(nodes: readonly OpenNode[]): (KeptBounds | null)[] {
    const { i32, u32, f64, context } = this.#memory.views;
    const nodePrompts = context[CONTEXT_NODE_PROMPTS]! >>> 2;
    let entry = 0;
    let prompt = 0;
    return nodes.map((open, index) => {
      const { pairs, isSplittable } = open;
      const { count, prompts } = pairs;
      const inherited = usableHistograms(open);
      const node = this.#nodeAt(index);
      u32.set(prompts.prompts, nodePrompts + prompt);
      i32[2 * node + NODE_START] = entry;
      i32[2 * node + NODE_COUNT] = count;
      i32[2 * node + NODE_QUERIES] = pairs.start;
      i32[2 * node + NODE_PROMPT_START] = prompt;
      i32[2 * node + NODE_PROMPT_COUNT] = prompts.prompts.length;
      i32[2 * node + NODE_PARTITION_START] = prompts.partitionStart;
      i32[2 * node + NODE_PARTITION_COUNT] = prompts.partitionCount;
      f64[node + NODE_SCALE] = inherited?.scale ?? 0;
      f64[node + NODE_SCALE_CENTER] = inherited?.center ?? 0;
      f64[node + NODE_BY_ENTRY] = (inherited?.prompts ?? null) === null ? 0 : 1;
      f64[node + NODE_STATUS] = isSplittable ? STATUS_PENDING : STATUS_TERMINAL;
      entry += count;
      prompt += prompts.prompts.length;
      const kept =
        this.#cache === null || !isSplittable
          ? null
          : this.#cache.claim(pairs.hash + prompts.hash, prompts.id, count, this.#batch);
      i32[2 * node + NODE_KEYS] = kept?.keys ?? 0;
      i32[2 * node + NODE_HISTORY] = kept?.history ?? 0;
      f64[node + NODE_CACHED] = kept?.filled === true ? 1 : 0;
      if (kept !== null) f64.set(kept.state, node + NODE_SEED);
      return kept;
    });
  }

  /** Goes through the query features of the nodes whose best split is still open. */
  #finish(nodes: readonly OpenNode[]): (StoredHistograms | null)[] | null {
    const { f64, context } = this.#memory.views;
    const kept = planBounding(this.#memory, nodes, this.#histograms);
    const pending = [...nodes.keys()].filter(
      (index) => f64[this.#nodeAt(index) + NODE_STATUS] === STATUS_PENDING,
    );
    if (pending.length === 0) return null;
    if (context[CONTEXT_FAMILIES_LENGTH]! > 0) this.#runStage(STAGE_BOUND);
    this.#list(pending);
    this.#runStage(STAGE_FINISH);
    return kept;
  }

  #list(nodes: Iterable<number>): void {
    const { u32, context } = this.#memory.views;
    const list = context[CONTEXT_LIST]! >>> 2;
    let length = 0;
    for (const node of nodes) u32[list + length++] = node;
    context[CONTEXT_LIST_LENGTH] = length;
  }

  #read(index: number, kept: KeptBounds | null, histograms: StoredHistograms | null): NodeFinding {
    const { f64 } = this.#memory.views;
    const node = this.#nodeAt(index);
    const gradient = f64[node + NODE_GRADIENT]!;
    const hessian = f64[node + NODE_HESSIAN]!;
    this.evaluated += f64[node + NODE_EVALUATED]!;
    if (f64[node + NODE_STATUS] !== STATUS_DONE) return { gradient, hessian, split: null, histograms };
    if (kept !== null) {
      kept.filled = true;
      kept.state.set(f64.subarray(node + NODE_SEED, node + NODE_SEED + KEPT_FIELDS));
    }
    return { gradient, hessian, split: this.#bestSplit(node), histograms };
  }

  /** Query features come before prompt features, so they win where scores are equal. */
  #bestSplit(node: number): Split | null {
    const { f64 } = this.#memory.views;
    const promptScore = f64[node + NODE_PROMPT_COLUMN]! >= 0 ? f64[node + NODE_PROMPT_GAIN]! : 0;
    const queryScore = f64[node + NODE_BEST_FEATURE]! >= 0 ? f64[node + NODE_BEST_GAIN]! : 0;
    const gain = Math.max(queryScore, promptScore) - f64[node + NODE_SCORE]!;
    if (!(gain > MIN_GAIN) || gain < this.#plan.minSplitGain) return null;
    return queryScore >= promptScore
      ? { side: "query", index: f64[node + NODE_BEST_FEATURE]!, bin: f64[node + NODE_BEST_BIN]!, gain }
      : { side: "prompt", index: f64[node + NODE_PROMPT_COLUMN]!, bin: f64[node + NODE_PROMPT_RANK]!, gain };
  }

  #nodeAt(index: number): number {
    return (this.#memory.address(CONTEXT_NODES) >>> 3) + NODE_FIELDS * index;
  }
}
