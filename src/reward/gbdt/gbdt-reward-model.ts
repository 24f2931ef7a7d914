import { ConfigError } from "../../errors.ts";
import type { JsonValue, RewardMatrix, WorkOptions } from "../../types/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { foldRows } from "../fold-rows.ts";
import type { RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { singleFit } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { withoutRows } from "../without-rows.ts";
import { type BoosterResult, trainBooster } from "./booster.ts";
import type { BoosterData } from "./booster-data.ts";
import { denseFeatures, fittedGbdt, GBDT_DEPTHWISE, GBDT_LEAFWISE, type GbdtKind } from "./fitted-gbdt.ts";
import {
  depthwiseSetup,
  type GbdtDepthwiseOptions,
  type GbdtLeafwiseOptions,
  type GbdtSetup,
  leafwiseSetup,
} from "./gbdt-options.ts";
import { toMargin, toProbability } from "./loss.ts";
import { sharedBinning } from "./shared-binning.ts";
import type { TrainingPlan } from "./training-plan.ts";

/**
 * Boosted trees on [question embedding ; prompt embedding], grown level by level: the reference's model, by
 * default with its `fast` preset. One model for all prompts; each fold of questions is predicted by a model that
 * has not seen it.
 * @throws ConfigError where an option is unknown or out of range
 */
export function gbdtDepthwise(options: GbdtDepthwiseOptions = {}): RewardModel {
  return gbdtRewardModel(GBDT_DEPTHWISE, depthwiseSetup(options));
}

/**
 * Boosted trees on [question embedding ; prompt embedding], grown leaf by leaf as LightGBM grows them.
 * @throws ConfigError where an option is unknown or out of range
 */
export function gbdtLeafwise(options: GbdtLeafwiseOptions = {}): RewardModel {
  return gbdtRewardModel(GBDT_LEAFWISE, leafwiseSetup(options));
}

function gbdtRewardModel(kind: GbdtKind, setup: GbdtSetup): RewardModel {
  return { kind, fit: (training, work = {}) => fitGbdt(kind, setup, training, work) };
}

async function fitGbdt(
  kind: GbdtKind,
  setup: GbdtSetup,
  training: RewardTraining,
  work: WorkOptions,
): Promise<RewardModelFit> {
  checkTraining(training);
  await checkpoint(work, "bin features", 0, 1);
  const { rewards, folds } = training;
  const data: BoosterData = {
    queries: sharedBinning(singleMatrix(training.queries), setup.plan.maxBin),
    prompts: denseFeatures(training.prompts),
    rewards,
  };
  const parts = foldRows(folds);
  const isStopping = setup.plan.earlyStoppingRounds > 0;
  if (isStopping && parts.length < 3)
    throw new ConfigError(
      `Early stopping of boosted trees needs 3 folds of questions, one to predict, one to stop by and one to learn from; there are ${parts.length}. Use more folds, or set it to 0.`,
      { folds: parts.length },
    );
  const outOfFold = new Float64Array(rewards.queries * rewards.prompts);
  const roundsByFold: number[] = [];
  for (const [index, { inside }] of parts.entries()) {
    // The fold that decides when to stop is another than the one that is predicted, or its labels would be known.
    const stopping = isStopping ? stoppingRows(parts, index, rewards) : new Int32Array();
    const fold: BoosterData = { ...data, rewards: withoutRows(rewards, [...inside, ...stopping]) };
    const result = await train(
      isStopping ? { ...fold, validation: onlyRows(rewards, stopping) } : fold,
      setup.plan,
      setup,
      nameStage(work, `fold ${index + 1} of ${parts.length}`),
    );
    roundsByFold.push(result.model.trees.length);
    for (const row of inside)
      for (let entry = row * rewards.prompts; entry < (row + 1) * rewards.prompts; entry++)
        outOfFold[entry] = toProbability(setup.plan.objective, result.margins[entry]!);
  }
  const rounds = isStopping ? Math.max(1, middle(roundsByFold)) : setup.plan.rounds;
  const plan = { ...setup.plan, rounds, earlyStoppingRounds: 0 };
  const { model } = await train(data, plan, setup, nameStage(work, "all questions"));
  const fitted = fittedGbdt({
    kind,
    booster: model,
    promptFeatures: data.prompts,
    unseenPrompts: setup.unseenPrompts,
  });
  const hyperparameters: { [name: string]: JsonValue } = { ...plan };
  return singleFit(fitted, { outOfFold, hyperparameters });
}

/** Trains, or without a single label gives the model that knows nothing. */
async function train(
  data: BoosterData,
  plan: TrainingPlan,
  { workers }: GbdtSetup,
  work: WorkOptions,
): Promise<Pick<BoosterResult, "model" | "margins">> {
  if (data.rewards.trials.some((trials) => trials > 0))
    return trainBooster(data, plan, workers === undefined ? work : { ...work, workers });
  const { objective } = plan;
  const baseScore = plan.baseScore === "mean" ? 0.5 : plan.baseScore;
  const { originalColumns } = data.queries;
  return {
    model: {
      objective,
      baseScore,
      queryColumns: originalColumns,
      promptColumns: data.prompts.columns,
      trees: [],
    },
    margins: new Float64Array(data.rewards.trials.length).fill(toMargin(objective, baseScore)),
  };
}

/** Questions of the next fold that has a label; of the very next where none has. */
function stoppingRows(
  parts: ReturnType<typeof foldRows>,
  predicted: number,
  { prompts, trials }: RewardMatrix,
): Int32Array {
  const others = [...parts.slice(predicted + 1), ...parts.slice(0, predicted)];
  const isLabeled = (row: number): boolean =>
    trials.subarray(row * prompts, (row + 1) * prompts).some((count) => count > 0);
  return (others.find(({ inside }) => inside.some(isLabeled)) ?? others[0]!).inside;
}

/** Progress of one of several trainings, under its own name. */
function nameStage(work: WorkOptions, name: string): WorkOptions {
  const { onProgress } = work;
  if (onProgress === undefined) return work;
  return { ...work, onProgress: (stage, done, total) => onProgress(`${stage}, ${name}`, done, total) };
}

function onlyRows(rewards: RewardMatrix, rows: Iterable<number>): RewardMatrix {
  const kept = new Set(rows);
  const others = Array.from({ length: rewards.queries }, (_, row) => row).filter((row) => !kept.has(row));
  return withoutRows(rewards, others);
}

/** The upper median. */
function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1]!;
}
