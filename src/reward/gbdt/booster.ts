import { availableParallelism } from "node:os";
import { AbortedError, ConfigError } from "../../errors.ts";
import type { RewardMatrix, WorkOptions } from "../../types/index.ts";
import { type BoosterData, checkBoosterData } from "./booster-data.ts";
import type { BoosterModel } from "./booster-model.ts";
import { checkPlan, checkRunning } from "./check-plan.ts";
import { bestKernels } from "./kernel-runner.ts";
import { meanLoss, toMargin } from "./loss.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { Tree } from "./tree.ts";
import { type EngineOptions, type TreeLeaf, TreeTrainer } from "./tree-trainer.ts";

/** Bounds kept between rounds take at most this, unless told otherwise. */
const DEFAULT_CACHE_BYTES = 384 * 2 ** 20;
/** From this learning rate on, splits change too much from round to round for bounds to be worth keeping. */
const LAZY_LEARNING_RATE = 0.03;
/** The event loop is let through this often, so that a signal or a listener gets its turn. */
const BREATH_MS = 50;

/** Binned values below which one thread is enough. */
const SMALL_PROBLEM = 500_000;
const MAX_DEFAULT_WORKERS = 8;

/** How far training is. */
export interface BoosterProgress {
  /** Trees so far. */
  readonly round: number;
  readonly rounds: number;
  /** Mean loss over the training trials. */
  readonly trainLoss: number;
  /** null without validation pairs. */
  readonly validationLoss: number | null;
  /** Estimate of the time left. */
  readonly secondsLeft: number;
}

/** How to run a training; nothing here changes the model. */
export interface BoosterOptions extends WorkOptions {
  /** Threads, this one included. @default as many as there are cores, at most 8; 1 on small data */
  readonly workers?: number;
  /** @default the SIMD kernels where they run, else plain TypeScript */
  readonly kernels?: EngineOptions["kernels"];
  /** @default 384 MB where the learning rate is small, else 0 */
  readonly cacheBytes?: number;
  /** Called at most every `progressMs`, and at the end. */
  readonly onRound?: (progress: BoosterProgress) => void;
  /** @default 500 */
  readonly progressMs?: number;
  /** Called with the trees so far about every `checkpointMs`; what it returns is waited for. */
  readonly onCheckpoint?: (model: BoosterModel) => void | Promise<void>;
  /** @default 60000 */
  readonly checkpointMs?: number;
  /** Trees of an earlier, interrupted training on the same data by the same plan. */
  readonly resumeFrom?: BoosterModel;
}

/** A finished training. */
export interface BoosterResult {
  readonly model: BoosterModel;
  /** Q × P, what the model says of its own data. */
  readonly margins: Float64Array;
  readonly trainLoss: number;
  /** Loss on the validation pairs of the model that was kept; null without validation pairs. */
  readonly validationLoss: number | null;
  /** Whether training stopped before its last round. */
  readonly stoppedEarly: boolean;
}

/**
 * Trains boosted trees. The model depends on data and plan alone: not on workers, kernels, cache, or whether the
 * training was interrupted and resumed.
 * @throws ShapeError where the sizes of `data` disagree or no pair has a trial
 * @throws ConfigError where a value of `plan` or `options` is out of range, for early stopping without validation
 * pairs, or trees to resume from that do not fit
 * @throws AbortedError when `options.signal` fires
 */
export async function trainBooster(
  data: BoosterData,
  plan: TrainingPlan,
  options: BoosterOptions = {},
): Promise<BoosterResult> {
  checkBoosterData(data);
  checkPlan(plan);
  checkRunning(options);
  if (plan.earlyStoppingRounds > 0 && !data.validation?.trials.some((trials) => trials > 0))
    throw new ConfigError(
      `Training is to stop after ${plan.earlyStoppingRounds} rounds without progress, but there are no validation pairs to measure it on. Give some, or set early stopping to 0.`,
    );
  const trainer = new TreeTrainer(data.queries, data.prompts, plan, {
    workers: options.workers ?? defaultWorkers(data),
    kernels: options.kernels ?? bestKernels(),
    cacheBytes: options.cacheBytes ?? (plan.learningRate < LAZY_LEARNING_RATE ? DEFAULT_CACHE_BYTES : 0),
  });
  try {
    return await new Training(data, plan, options, trainer).run();
  } finally {
    trainer.close();
  }
}

class Training {
  readonly #data: BoosterData;
  readonly #plan: TrainingPlan;
  readonly #options: BoosterOptions;
  readonly #trainer: TreeTrainer;
  readonly #baseScore: number;
  readonly #trees: Tree[] = [];
  readonly #margins: Float64Array;
  #best: { rounds: number; loss: number };
  #startedMs = performance.now();
  #startedRound = 0;

  constructor(data: BoosterData, plan: TrainingPlan, options: BoosterOptions, trainer: TreeTrainer) {
    this.#data = data;
    this.#plan = plan;
    this.#options = options;
    this.#trainer = trainer;
    const { queries, prompts } = data.rewards;
    this.#baseScore = startingScore(plan, data.rewards);
    this.#margins = new Float64Array(queries * prompts).fill(toMargin(plan.objective, this.#baseScore));
    this.#best = { rounds: 0, loss: this.#validationLoss() ?? 0 };
  }

  async run(): Promise<BoosterResult> {
    const { signal, onProgress, onCheckpoint } = this.#options;
    const { rounds } = this.#plan;
    this.#regrade();
    const clock = { breath: performance.now(), progress: performance.now(), checkpoint: performance.now() };
    const isDue = (what: keyof typeof clock, everyMs: number): boolean => {
      const now = performance.now();
      if (now - clock[what] < everyMs) return false;
      clock[what] = now;
      return true;
    };
    const breathe = async (): Promise<void> => {
      if (isDue("breath", BREATH_MS)) await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw new AbortedError("Training of boosted trees was canceled.");
    };
    while (this.#trees.length < rounds && !this.#shouldStop()) {
      const work = this.#trainer.grow(this.#trees.length, this.#margins, this.#data.rewards);
      let step = work.next();
      for (; !step.done; step = work.next()) await breathe();
      this.#add(step.value.tree, step.value.leaves);
      if (isDue("progress", this.#options.progressMs ?? 500)) this.#report();
      if (onCheckpoint !== undefined && isDue("checkpoint", this.#options.checkpointMs ?? 60_000))
        await onCheckpoint(this.#model(this.#trees));
    }
    this.#report();
    onProgress?.("boosted trees", rounds, rounds);
    return this.#result();
  }

  /** Adds the trees of an earlier training, as if they had just been grown. */
  #regrade(): void {
    const earlier = this.#options.resumeFrom;
    if (earlier === undefined) return;
    const { queries, prompts } = this.#data;
    const fits =
      earlier.objective === this.#plan.objective &&
      earlier.queryColumns === queries.originalColumns &&
      earlier.promptColumns === prompts.columns &&
      earlier.baseScore === this.#baseScore &&
      earlier.trees.length <= this.#plan.rounds;
    if (!fits)
      throw new ConfigError(
        `The training cannot be resumed: the saved one has ${earlier.trees.length} trees for ${earlier.objective} on ${earlier.queryColumns} + ${earlier.promptColumns} features, this one is to have ${this.#plan.rounds} for ${this.#plan.objective} on ${queries.originalColumns} + ${prompts.columns}. Start anew, or use the data and parameters of the saved one.`,
      );
    for (const tree of earlier.trees) {
      if (this.#shouldStop()) break;
      this.#add(tree, this.#trainer.route(tree));
    }
    this.#startedRound = this.#trees.length;
    this.#startedMs = performance.now();
  }

  #add(tree: Tree, leaves: readonly TreeLeaf[]): void {
    this.#trees.push(tree);
    addLeaves(this.#margins, leaves, this.#data.rewards.prompts);
    if (this.#plan.earlyStoppingRounds === 0) return;
    const loss = this.#validationLoss();
    if (loss !== null && loss < this.#best.loss) this.#best = { rounds: this.#trees.length, loss };
  }

  #shouldStop(): boolean {
    const { earlyStoppingRounds } = this.#plan;
    return earlyStoppingRounds > 0 && this.#trees.length - this.#best.rounds >= earlyStoppingRounds;
  }

  #validationLoss(): number | null {
    const { validation } = this.#data;
    return validation === undefined ? null : meanLoss(this.#plan.objective, this.#margins, validation);
  }

  #report(): void {
    const { onRound, onProgress } = this.#options;
    const round = this.#trees.length;
    const { rounds } = this.#plan;
    onProgress?.("boosted trees", round, rounds);
    if (onRound === undefined) return;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    onRound({
      round,
      rounds,
      trainLoss: meanLoss(this.#plan.objective, this.#margins, this.#data.rewards),
      validationLoss: this.#validationLoss(),
      secondsLeft: (seconds / Math.max(1, round - this.#startedRound)) * (rounds - round),
    });
  }

  #result(): BoosterResult {
    const { earlyStoppingRounds, objective } = this.#plan;
    const kept = earlyStoppingRounds > 0 ? this.#best.rounds : this.#trees.length;
    const stoppedEarly = this.#shouldStop();
    if (kept < this.#trees.length) {
      // From the start, since taking the surplus off again would round otherwise.
      this.#margins.fill(toMargin(objective, this.#baseScore));
      this.#trees.length = kept;
      for (const tree of this.#trees)
        addLeaves(this.#margins, this.#trainer.route(tree), this.#data.rewards.prompts);
    }
    return {
      model: this.#model(this.#trees),
      margins: this.#margins,
      trainLoss: meanLoss(objective, this.#margins, this.#data.rewards),
      validationLoss: this.#validationLoss(),
      stoppedEarly,
    };
  }

  #model(trees: readonly Tree[]): BoosterModel {
    return {
      objective: this.#plan.objective,
      queryColumns: this.#data.queries.originalColumns,
      promptColumns: this.#data.prompts.columns,
      baseScore: this.#baseScore,
      trees: [...trees],
    };
  }
}

function addLeaves(margins: Float64Array, leaves: readonly TreeLeaf[], prompts: number): void {
  for (const { queries, prompts: members, value } of leaves) {
    for (let place = 0; place < queries.length; place++) {
      const row = queries[place]! * prompts;
      for (let index = 0; index < members.length; index++) margins[row + members[index]!]! += value;
    }
  }
}

/** Success probability the trees start from; "mean" stays clear of 0 and 1, where margins are infinite. */
function startingScore({ baseScore }: TrainingPlan, { successes, trials }: RewardMatrix): number {
  if (baseScore !== "mean") return baseScore;
  let right = 0;
  let total = 0;
  for (let pair = 0; pair < trials.length; pair++) {
    right += successes[pair]!;
    total += trials[pair]!;
  }
  return Math.min(1 - 1e-6, Math.max(1e-6, right / total));
}

/** Threads cost some ten milliseconds to start. */
function defaultWorkers({ queries }: BoosterData): number {
  return queries.bins.length < SMALL_PROBLEM ? 1 : Math.min(MAX_DEFAULT_WORKERS, availableParallelism());
}
