import { assignGroupFolds, DEFAULT_GROUP_BY, type GroupBy } from "../data/index.ts";
import {
  createEmbedder,
  type Embedder,
  type EmbedderOptions,
  embedTexts,
  type FittedEmbedder,
  knownRows,
} from "../embed/index.ts";
import { UsageError } from "../errors.ts";
import { bestFixedPrompt } from "../evaluate/index.ts";
import {
  createRewardModel,
  type FittedRewardModel,
  REWARD_MODELS,
  type RewardModel,
  type RewardModelKind,
} from "../reward/index.ts";
import { decideGate, type GateDecision } from "../select/index.ts";
import type {
  FeatureMatrix,
  GateStrength,
  JsonValue,
  Prompt,
  RewardMatrix,
  WorkOptions,
} from "../types/index.ts";
import { DEFAULT_PROMPT_EMBEDDER, embedPrompts } from "./embed-prompts.ts";
import type { ModelOptions } from "./pipeline-types.ts";
import { INNER_FOLDS } from "./protocol-folds.ts";

/** What to fit, with every default filled in. */
export interface PolicySettings {
  readonly rewardModel: RewardModelKind;
  readonly embedder: string;
  readonly promptEmbedder: string;
  readonly gate: GateStrength;
  readonly groupBy: GroupBy;
  readonly seed: number;
}

export const DEFAULT_REWARD_MODEL: RewardModelKind = "kernel-ridge";
export const DEFAULT_SEED = 7;

/** Fills in defaults and refuses names that do not exist. */
export function resolveSettings(options: ModelOptions): PolicySettings {
  const rewardModel = options.rewardModel ?? DEFAULT_REWARD_MODEL;
  const known = REWARD_MODELS.find(({ kind }) => kind === rewardModel);
  if (known === undefined)
    throw new UsageError(
      `there is no reward model "${rewardModel}"; there are: ${REWARD_MODELS.map(({ kind }) => kind).join(", ")}`,
    );
  return {
    rewardModel: known.kind,
    embedder: options.embedder ?? known.defaultEmbedder,
    promptEmbedder: options.promptEmbedder ?? DEFAULT_PROMPT_EMBEDDER,
    gate: options.gate ?? "balanced",
    groupBy: options.groupBy ?? DEFAULT_GROUP_BY,
    seed: options.seed ?? DEFAULT_SEED,
  };
}

/** Training questions, embedded once and shared by every policy fitted on them. */
export interface EmbeddedQuestions {
  readonly embedder: FittedEmbedder;
  readonly features: FeatureMatrix;
}

/**
 * Fits the query embedder on training texts and embeds them.
 * @param embedding what `PreparedLog.queryEmbedding` holds
 */
export async function embedTrainingQuestions(
  texts: readonly string[],
  embedding: EmbedderOptions,
  settings: PolicySettings,
  options: WorkOptions,
): Promise<EmbeddedQuestions> {
  const embedder = await createEmbedder(settings.embedder, embedding).fit(texts, {
    ...options,
    seed: settings.seed,
  });
  return { embedder, features: await embedTexts(embedder, texts, options) };
}

/** Everything needed to choose a prompt for a question. */
export interface Policy {
  readonly settings: PolicySettings;
  readonly embedder: FittedEmbedder;
  readonly model: FittedRewardModel;
  /** Training prompts in column order. */
  readonly prompts: readonly Prompt[];
  /** Fitted anew with each set of candidates, since its weights may depend on them. */
  readonly promptEmbedder: Embedder;
  readonly fixedColumn: number;
  /** Success of each training prompt on the training side. */
  readonly promptMeans: Float64Array;
  readonly gate: GateDecision;
  readonly hyperparameters: Readonly<Record<string, JsonValue>>;
}

/** What a policy is fitted on. Q questions, K training prompts. */
export interface PolicyTraining {
  readonly questions: EmbeddedQuestions;
  /** Q × K. */
  readonly rewards: RewardMatrix;
  /** Q long. */
  readonly groups: Int32Array;
  /** K long. */
  readonly prompts: readonly Prompt[];
  /** Questions (or rows) × K: the rewards by which the fixed prompt is chosen. */
  readonly fixedRewards: RewardMatrix;
  /** What the embedder of prompts needs to know. */
  readonly promptEmbedding: EmbedderOptions;
}

/**
 * Fits the reward model, and decides by its out-of-fold uplift whether the query-dependent choice is used.
 * @param training of at least 3 groups: see `checkQuestions`
 * @param rewardModel reused between fits on the same questions, so that it can keep its factorisation
 */
export async function fitPolicy(
  training: PolicyTraining,
  settings: PolicySettings,
  options: WorkOptions = {},
  rewardModel: RewardModel = createRewardModel(settings.rewardModel),
): Promise<Policy> {
  const { questions, rewards, groups, prompts, fixedRewards, promptEmbedding } = training;
  const promptEmbedder = createEmbedder(settings.promptEmbedder, promptEmbedding);
  const fixed = bestFixedPrompt(fixedRewards, new Float64Array(fixedRewards.queries).fill(1));
  const compactGroups = renumber(groups);
  const fit = await rewardModel.fit(
    {
      queries: questions.features,
      prompts: (await embedPrompts(prompts, { prompts, settings, promptEmbedder })).features,
      rewards,
      groups: compactGroups,
      folds: assignGroupFolds(compactGroups, INNER_FOLDS, settings.seed + 1),
      fixedColumn: fixed.column,
      seed: settings.seed,
    },
    options,
  );
  const gate = decideGate({
    outOfFold: fit.outOfFold,
    rewards,
    weights: new Float64Array(rewards.queries).fill(1),
    clusters: compactGroups,
    fixedColumn: fixed.column,
    strength: settings.gate,
  });
  return {
    settings,
    embedder: questions.embedder,
    model: fit.model,
    prompts,
    promptEmbedder,
    fixedColumn: fixed.column,
    promptMeans: fixed.means,
    gate,
    hyperparameters: fit.hyperparameters,
  };
}

/** Predicted rewards of questions under candidate prompts. */
export interface QuestionScores {
  /** questions × candidates, row-major, in [0, 1]. */
  readonly scores: Float64Array;
  /** 1 for a question that holds no token the embedder knows: the fixed prompt is the only sound choice. */
  readonly unknown: Uint8Array;
}

/**
 * Scores questions under any prompts; those the policy was trained on by their labels, others from their text.
 * @param candidates prompts in column order
 */
export async function scoreQuestions(
  policy: Policy,
  texts: readonly string[],
  candidates: readonly Prompt[],
  options: WorkOptions = {},
): Promise<QuestionScores> {
  const features = await embedTexts(policy.embedder, texts, options);
  const known = knownRows(features);
  return {
    scores: policy.model.predict(features, await embedPrompts(candidates, policy)),
    unknown: known.map((isKnown) => 1 - isKnown),
  };
}

function renumber(groups: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return groups.map((group) => {
    const known = numbers.get(group);
    if (known !== undefined) return known;
    numbers.set(group, numbers.size);
    return numbers.size - 1;
  });
}
