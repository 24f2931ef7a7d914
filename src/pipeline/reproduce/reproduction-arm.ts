import { AbortedError } from "../../errors.ts";
import type { ArmName, ReproducedSubset, ReproductionArm } from "../../report/index.ts";
import { createRewardModel, type RewardModel } from "../../reward/index.ts";
import type { Protocol, StrategyName, WorkOptions } from "../../types/index.ts";
import type { ProtocolFolds } from "../evaluation-fold.ts";
import { evaluationInput } from "../evaluation-input.ts";
import { foldCheckpoint } from "../fold-checkpoint.ts";
import { type FoldOutcome, foldOutcome, foldShape } from "../fold-outcome.ts";
import { embedTrainingQuestions, type PolicySettings } from "../policy.ts";
import type { PreparedLog } from "../prepared-log.ts";
import { resultKey } from "../result-key.ts";
import { readStoredResult, writeStoredResult } from "../stored-result.ts";
import { reproductionArmSchema } from "./arm-schema.ts";
import { promptQuality } from "./prompt-quality.ts";
import type { PublishedResults } from "./published-results.ts";
import { type ChoiceRewards, ownChoices, referenceChoices, unseenTies } from "./reference-choices.ts";
import { foldFeatures, type ReleaseFeatures } from "./reference-features.ts";
import { referenceOutcome } from "./reference-model.ts";
import { type SubsetOutcome, sizeMeans } from "./size-means.ts";

/** Number of trees and learning rate: the reference's own, or as good in a fiftieth of the rounds. */
export type ReproductionPreset = "paper" | "fast";

/** What one experiment needs to know. */
export interface ArmPlan {
  readonly name: ArmName;
  readonly protocol: Protocol;
  readonly split: ProtocolFolds;
  /** Subsets of the training prompts' columns, smaller ones first. */
  readonly subsets: readonly (readonly number[])[];
  readonly preset: ReproductionPreset;
  readonly features: ReleaseFeatures;
  /** Of this package's default model, and the seed of all. */
  readonly settings: PolicySettings;
  /** Hash of the files the features were read from. */
  readonly featuresKey: string;
  /** null where the figures are not to be compared. */
  readonly published: PublishedResults | null;
}

/** Raised whenever a change of method makes stored arms out of date. */
const ARM_VERSION = 2;
/** What is shown of this package's own strategies. */
const OWN_STRATEGIES: readonly StrategyName[] = [
  "fixed",
  "best-of-train",
  "argmax",
  "safe",
  "held-out",
  "all",
  "hybrid",
  "confidence",
];

/**
 * Runs one experiment over all subsets. Every finished model's scores are kept on disk until the experiment's result
 * is, so that an interrupted one goes on where it stopped, and a finished one is not done again.
 * @throws AbortedError when `options.signal` fires
 */
export async function reproductionArm(
  prepared: PreparedLog,
  plan: ArmPlan,
  options: WorkOptions & { readonly force?: boolean },
): Promise<ReproductionArm> {
  const { name, protocol, preset, settings, featuresKey } = plan;
  const sizes = [...new Set(plan.subsets.map(({ length }) => length))];
  const isDefault = name === "default-grouped";
  const parts = isDefault ? settings : { preset, features: featuresKey, seed: settings.seed };
  const described = { version: ARM_VERSION, arm: name, sizes: sizes.join(), parts: JSON.stringify(parts) };
  const key = await resultKey(prepared, described);
  const file = prepared.run.file(`results/reproduction-${name}-${key.slice(0, 8)}.json`);
  const checkpoint = foldCheckpoint(prepared.run, key, options.onWarning);
  if (options.force === true) await checkpoint.clear();
  else {
    const stored = await readStoredResult(file, key, reproductionArmSchema, options.onWarning);
    if (stored !== null) return stored;
  }
  const started = performance.now();
  const outcomes = await modelOutcomes(prepared, plan, checkpoint, options);
  const fold = plan.split.folds[0]!;
  const units = fold.test.queryIndex.length;
  const clusters = {
    weights: new Float64Array(units).fill(1),
    clusters: fold.test.queryIndex.map((query) => prepared.groups[query]!),
    seed: settings.seed,
  };
  const bySubset = plan.subsets.map((subset, index) =>
    judge(prepared, plan, subset, outcomes[index]!, isDefault, protocol),
  );
  const arm: ReproductionArm = {
    name,
    protocol,
    rewardModel: isDefault ? settings.rewardModel : `gbdt-depthwise, preset ${preset}`,
    queryFeatures: isDefault ? `this package's ${settings.embedder}` : plan.features.queriesAre,
    promptFeatures: isDefault ? `this package's ${settings.promptEmbedder}` : plan.features.promptsAre,
    trainQuestions: fold.trainQueries.length,
    testUnits: units,
    alsoInTrain: plan.split.leak.alsoInTrain,
    sizes: sizes.map((size) =>
      sizeMeans(
        bySubset.filter(({ subset }) => subset.length === size),
        clusters,
        plan.published,
      ),
    ),
    subsets: bySubset.map((outcome) => describeSubset(prepared, outcome)),
    seconds: (performance.now() - started) / 1000,
  };
  await writeStoredResult(file, key, arm);
  await checkpoint.clear();
  return arm;
}

/** One outcome a subset: read back where an interrupted run finished it. */
async function modelOutcomes(
  prepared: PreparedLog,
  plan: ArmPlan,
  checkpoint: ReturnType<typeof foldCheckpoint>,
  options: WorkOptions,
): Promise<FoldOutcome[]> {
  const { subsets } = plan;
  const fitSubset = modelFitter(prepared, plan, options);
  const outcomes: FoldOutcome[] = [];
  for (const [index, subset] of subsets.entries()) {
    options.onProgress?.(stageName(prepared, plan), index, subsets.length);
    if (options.signal?.aborted === true)
      throw new AbortedError(
        `Canceled after ${index} of ${subsets.length} models (${stageName(prepared, plan)}); the same command goes on from there.`,
      );
    let outcome = await checkpoint.load(index, foldShape(prepared, { fold: plan.split.folds[0]!, subset }));
    if (outcome === null) {
      outcome = await fitSubset(subset);
      await checkpoint.save(index, outcome);
    }
    outcomes.push(outcome);
  }
  options.onProgress?.(stageName(prepared, plan), subsets.length, subsets.length);
  return outcomes;
}

/** Fits one subset's model; the questions are embedded with the first and shared by all. */
function modelFitter(
  prepared: PreparedLog,
  plan: ArmPlan,
  { signal }: WorkOptions,
): (subset: readonly number[]) => Promise<FoldOutcome> {
  const { settings, features, preset } = plan;
  const fold = plan.split.folds[0]!;
  const work: WorkOptions = signal === undefined ? {} : { signal };
  if (plan.name === "default-grouped") {
    let questions: ReturnType<typeof embedTrainingQuestions> | undefined;
    const model = createRewardModel(settings.rewardModel);
    return async (subset) => {
      questions ??= embedTrainingQuestions(prepared, fold.trainQueries, settings, work);
      return foldOutcome(prepared, { fold, subset }, await questions, settings, work, model);
    };
  }
  const model: RewardModel = createRewardModel("gbdt-depthwise", { preset, unseenPrompts: "trees" });
  let embedded: ReturnType<typeof foldFeatures> | undefined;
  return async (subset) => {
    embedded ??= foldFeatures(prepared, fold, features.queries, settings.seed, work);
    return referenceOutcome(fold, subset, await embedded, features.prompts, model, settings.seed, work);
  };
}

function stageName(prepared: PreparedLog, { name }: ArmPlan): string {
  const labels: Readonly<Record<ArmName, string>> = {
    "reference-paper": "paper's rows",
    "reference-grouped": "leak closed",
    "default-grouped": "our model",
  };
  return `${prepared.run.manifest.task}: ${labels[name]}`;
}

function judge(
  prepared: PreparedLog,
  plan: ArmPlan,
  subset: readonly number[],
  outcome: FoldOutcome,
  isDefault: boolean,
  protocol: Protocol,
): SubsetOutcome {
  const input = evaluationInput(prepared, plan.split.folds, [outcome], subset, protocol, plan.settings.seed);
  const { scores, rewards, trainingColumns, heldOutColumns } = input;
  const choices: ChoiceRewards[] = isDefault ? ownChoices(input, OWN_STRATEGIES) : referenceChoices(input);
  return {
    subset,
    choices,
    seen: promptQuality(scores, rewards, trainingColumns),
    heldOut: promptQuality(scores, rewards, heldOutColumns),
    ties: isDefault ? null : unseenTies(input),
  };
}

function describeSubset(prepared: PreparedLog, { subset, choices }: SubsetOutcome): ReproducedSubset {
  return {
    size: subset.length,
    promptIds: subset.map((column) => prepared.log.prompts[prepared.trainingPrompts[column]!]!.id),
    success: choices.map(({ strategy, reward }) => ({ strategy, value: meanOfKnown(reward) })),
  };
}

function meanOfKnown(values: Float64Array): number | null {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
