import { ConfigError } from "../../errors.ts";
import { gbdtLayout } from "../../kernels/index.ts";
import type { DenseFeatures, RewardMatrix } from "../../types/index.ts";
import { type BinnedQueries, BLOCK, findBin } from "./binning.ts";
import type { Interruptible } from "./interruptible.ts";
import { type KernelChoice, type StageRunner, startKernels } from "./kernel-runner.ts";
import { chooseGrid, leaveOut, objectiveNumber } from "./loss.ts";
import { type NodePairs, NodePartition, type Parting } from "./node-partition.ts";
import { type PromptColumns, promptColumns } from "./prompt-columns.ts";
import { PromptSets } from "./prompt-set.ts";
import { featureSampler, pairSampler } from "./sampling.ts";
import { SplitFinder } from "./split-finder.ts";
import { TrainingMemory } from "./training-memory.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { Split, Tree } from "./tree.ts";
import { type GrownLeaf, type GrowthSource, growTree } from "./tree-grower.ts";

const {
  CONTEXT_BIN_ROWS,
  CONTEXT_BINS,
  CONTEXT_FEATURE_ACTIVE,
  CONTEXT_GRID,
  CONTEXT_MARGINS,
  CONTEXT_OBJECTIVE,
  CONTEXT_ROW_BYTES,
  CONTEXT_SUCCESSES,
  CONTEXT_TRIALS,
  STAGE_GRADIENTS,
} = gbdtLayout;

/** Prompt sets kept by name; above this many they are forgotten between rounds. */
const MAX_PROMPT_SETS = 50_000;

const QUERIES_AT_A_TIME = 64;

/** How to train, as opposed to what: none of it changes the model. */
export interface EngineOptions {
  /** Threads, this one included. */
  readonly workers: number;
  readonly kernels: KernelChoice;
  /** Bytes for bounds kept from round to round; 0: every feature of every node is gone through in every round. */
  readonly cacheBytes: number;
}

/** A leaf of a tree, with the pairs in it: all of its queries with all of its prompts. */
export interface TreeLeaf {
  readonly queries: Uint32Array;
  readonly prompts: Uint32Array;
  readonly value: number;
}

/** Grows the trees of one model, round by round. Holds threads and memory until `close`. */
export class TreeTrainer {
  readonly #queries: BinnedQueries;
  readonly #promptFeatures: DenseFeatures;
  readonly #plan: TrainingPlan;
  readonly #memory: TrainingMemory;
  readonly #finder: SplitFinder;
  readonly #source: GrowthSource;
  readonly #closeKernels: () => void;
  readonly #runStage: StageRunner;
  /** Whose successes and trials the kernels have, with the number of pairs tried and the grid of their sums. */
  #rewards: { matrix: RewardMatrix; known: number; grid: number } | null = null;
  #columns: PromptColumns;
  readonly #promptSets: PromptSets;
  readonly #partition: NodePartition;

  constructor(
    queries: BinnedQueries,
    promptFeatures: DenseFeatures,
    plan: TrainingPlan,
    options: EngineOptions,
  ) {
    this.#queries = queries;
    this.#promptFeatures = promptFeatures;
    this.#plan = plan;
    this.#columns = promptColumns(promptFeatures);
    const kernels = options.kernels;
    // A new sample in every round leaves nothing to carry over.
    const isSampling = plan.pairFraction < 1 || plan.featureFraction < 1;
    this.#memory = new TrainingMemory({
      queries: queries.queries,
      features: Math.ceil(queries.columns.length / BLOCK) * BLOCK,
      prompts: promptFeatures.rows,
      promptColumns: isSampling ? promptFeatures.columns : this.#columns.columns.length,
      workers: kernels === "typescript" ? 1 : options.workers,
      cacheBytes: isSampling ? 0 : options.cacheBytes,
      webAssembly: kernels === "wasm",
    });
    this.#fillMemory();
    this.#promptSets = new PromptSets(this.#memory, this.#columns);
    const runner = startKernels(this.#memory);
    this.#closeKernels = runner.close;
    this.#runStage = runner.run;
    this.#partition = new NodePartition(this.#memory, runner.run);
    this.#finder = new SplitFinder(this.#memory, runner.run, plan);
    this.#source = {
      find: (nodes) => this.#finder.find(nodes, this.#promptSets),
      part: (parents) =>
        this.#partition.part(parents.map(({ pairs, split }) => this.#describeParting(pairs, split))),
      nameSplit: (split) => this.#nameSplit(split),
    };
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  /** Features evaluated exactly, and nodes whose bounds were carried over. */
  get statistics(): { readonly evaluated: number; readonly carried: number } {
    return { evaluated: this.#finder.evaluated, carried: this.#finder.cacheHits };
  }

  /**
   * Grows the next tree; to be finished before anything else is asked of the trainer. Its leaves are valid until the
   * next call.
   * @param round 0-based
   * @param margins Q × P
   * @param rewards Q × P; pairs with 0 trials do not take part
   */
  *grow(
    round: number,
    margins: Float64Array,
    rewards: RewardMatrix,
  ): Interruptible<{ tree: Tree; leaves: readonly TreeLeaf[] }> {
    const { seed, pairFraction, featureFraction } = this.#plan;
    const sampler = pairSampler(seed, round, pairFraction);
    this.#computeGradients(margins, rewards);
    if (sampler !== null) leaveOut(sampler, this.#memory.pairs);
    this.#sampleFeatures(round, featureFraction);
    this.#finder.startTree();
    if (this.#promptSets.size > MAX_PROMPT_SETS) this.#promptSets.clear();
    const isComplete = sampler === null && this.#rewards?.known === margins.length;
    const root = this.#partition.startTree(this.#promptSets.all, isComplete);
    const { tree, leaves } = yield* growTree(root, this.#source, this.#plan);
    return { tree, leaves: isComplete ? leaves.map((leaf) => this.#readLeaf(leaf)) : this.route(tree) };
  }

  #computeGradients(margins: Float64Array, rewards: RewardMatrix): void {
    const { objective } = this.#plan;
    const memory = this.#memory;
    if (this.#rewards?.matrix !== rewards) {
      memory.setPairs(CONTEXT_SUCCESSES, rewards.successes);
      memory.setPairs(CONTEXT_TRIALS, rewards.trials);
      const known = rewards.trials.reduce((sum, trials) => sum + (trials > 0 ? 1 : 0), 0);
      this.#rewards = { matrix: rewards, known, grid: chooseGrid(objective, margins, rewards) };
    }
    memory.setPairs(CONTEXT_MARGINS, margins);
    const { context } = memory.views;
    context[CONTEXT_OBJECTIVE] = objectiveNumber(objective);
    // Only for squared error does the grid depend on the margins.
    context[CONTEXT_GRID] =
      objective === "binary:logistic" ? this.#rewards.grid : chooseGrid(objective, margins, rewards);
    this.#runStage(STAGE_GRADIENTS, margins.length);
  }

  /** Where every pair ends up in a tree, whether it took part in the training or not; valid until the next call. */
  route(tree: Tree): TreeLeaf[] {
    const leaves: TreeLeaf[] = [];
    let level = [{ node: 0, pairs: this.#partition.startTree(this.#promptSets.all, true) }];
    while (level.length > 0) {
      const inner = level.filter(({ node, pairs }) => {
        if (tree.feature[node] !== -1) return true;
        leaves.push(this.#readLeaf({ pairs, value: tree.value[node]! }));
        return false;
      });
      const children = this.#partition.part(
        inner.map(({ node, pairs }) => this.#partingAt(pairs, tree.feature[node]!, tree.threshold[node]!)),
      );
      level = children
        .map((pairs, index) => ({ node: tree.left[inner[index >> 1]!.node]! + (index & 1), pairs }))
        .filter(({ pairs }) => pairs.count > 0 && pairs.prompts.prompts.length > 0);
    }
    return leaves;
  }

  #readLeaf({ pairs, value }: GrownLeaf): TreeLeaf {
    return { queries: this.#partition.getQueries(pairs), prompts: pairs.prompts.prompts, value };
  }

  #describeParting(pairs: NodePairs, { side, index, bin }: Split): Parting {
    if (side === "query") return { pairs, feature: index, bin };
    const [left, right] = this.#promptSets.part(pairs.prompts, index, bin);
    return { pairs, left, right };
  }

  #partingAt(pairs: NodePairs, feature: number, threshold: number): Parting {
    const { originalColumns, columns, cuts } = this.#queries;
    if (feature < originalColumns) {
      const index = columns.indexOf(feature);
      const bin = index < 0 ? -1 : findBin(cuts[index]!, threshold) - 1;
      if (bin < 0 || cuts[index]![bin] !== threshold)
        throw new ConfigError(
          `Query feature ${feature} has no cut at ${threshold}: the trees to resume from were grown on other data. Start anew.`,
          { feature, threshold },
        );
      return { pairs, feature: index, bin };
    }
    const { values, columns: width } = this.#promptFeatures;
    const { prompts } = pairs.prompts;
    const isLeft = (prompt: number): boolean =>
      values[prompt * width + feature - originalColumns]! < threshold;
    return {
      pairs,
      left: this.#promptSets.get(prompts.filter(isLeft)),
      right: this.#promptSets.get(prompts.filter((prompt) => !isLeft(prompt))),
    };
  }

  /** Ends the threads. */
  close(): void {
    this.#closeKernels();
  }

  #fillMemory(): void {
    const { u8, context } = this.#memory.views;
    u8.set(this.#queries.bins, context[CONTEXT_BINS]!);
    this.#fillRows();
    const active = context[CONTEXT_FEATURE_ACTIVE]!;
    u8.fill(1, active, active + this.#queries.columns.length);
  }

  /** The bins once more, by query; some queries at a time, so that what is written stays in the processor's cache. */
  #fillRows(): void {
    const { u32, context } = this.#memory.views;
    const { queries, features } = this.#memory.sizes;
    const bins = context[CONTEXT_BINS]! >>> 2;
    const rows = context[CONTEXT_BIN_ROWS]! >>> 2;
    const stride = context[CONTEXT_ROW_BYTES]! >>> 2;
    const blocks = features / BLOCK;
    for (let first = 0; first < queries; first += QUERIES_AT_A_TIME) {
      const end = Math.min(first + QUERIES_AT_A_TIME, queries);
      for (let block = 0; block < blocks; block++)
        for (let query = first; query < end; query++)
          u32[rows + query * stride + block] = u32[bins + block * queries + query]!;
    }
  }

  #sampleFeatures(round: number, fraction: number): void {
    const { originalColumns, columns } = this.#queries;
    const sampled = featureSampler(
      this.#plan.seed,
      round,
      fraction,
      originalColumns + this.#promptFeatures.columns,
    );
    if (sampled === null) return;
    const { u8, context } = this.#memory.views;
    const active = context[CONTEXT_FEATURE_ACTIVE]!;
    columns.forEach((column, feature) => {
      u8[active + feature] = sampled[column]!;
    });
    this.#columns = promptColumns(this.#promptFeatures, (column) => sampled[originalColumns + column] === 1);
    this.#promptSets.setColumns(this.#columns);
  }

  #nameSplit({ side, index, bin }: Split): { feature: number; threshold: number } {
    if (side === "query")
      return { feature: this.#queries.columns[index]!, threshold: this.#queries.cuts[index]![bin]! };
    return {
      feature: this.#queries.originalColumns + this.#columns.columns[index]!,
      threshold: this.#columns.cuts[index]![bin]!,
    };
  }
}
