import { assignGroupFolds, DEFAULT_GROUP_BY, type GroupBy } from "../data/index.ts";
import {
  createEmbedder,
  type Embedder,
  type EmbedderOptions,
  embedQuestions,
  type FittedEmbedder,
  knownRows,
} from "../embed/index.ts";
import { UsageError } from "../errors.ts";
import {
  bestFixedPrompt,
  type ObservationOptions,
  observationDesign,
  quantileOfSorted,
} from "../evaluate/index.ts";
import {
  type CostModel,
  createRewardModel,
  type FittedRewardModel,
  fitCostModel,
  fitLikeness,
  type Likeness,
  REWARD_MODELS,
  type RewardModel,
  type RewardModelDescription,
  type RewardModelKind,
} from "../reward/index.ts";
import { bestOfN, type GateDecision, learnChoice } from "../select/index.ts";
import type {
  Candidate,
  CandidateKind,
  EmbeddedQueries,
  GateStrength,
  JsonValue,
  Knob,
  Prompt,
  PromptCandidates,
  QueryFeatures,
  RewardMatrix,
  WorkOptions,
} from "../types/index.ts";
import { givenCosts, type QuestionCosts } from "./candidate-costs.ts";
import { DEFAULT_PROMPT_EMBEDDER, embedPrompts } from "./embed-prompts.ts";
import { knobFromOptions } from "./knob-options.ts";
import type { ModelOptions, PropensityChoice } from "./pipeline-types.ts";
import type { LearnableLog } from "./prepared-log.ts";
import { fitPriced, type PricedPolicy } from "./priced-policy.ts";
import { INNER_FOLDS } from "./protocol-folds.ts";

/** What to fit, with every default filled in. */
export interface PolicySettings {
  readonly rewardModel: RewardModelKind;
  readonly embedder: string;
  readonly promptEmbedder: string;
  readonly gate: GateStrength;
  readonly groupBy: GroupBy;
  readonly propensity: PropensityChoice;
  readonly choose: CandidateKind;
  /** Given by the user, one a training candidate; null for those of the log, if it has any. */
  readonly costs: readonly number[] | null;
  readonly costUnit: string;
  readonly knob: Knob | null;
  readonly seed: number;
}

const DEFAULT_REWARD_MODEL: RewardModelKind = "kernel-ridge";
export const DEFAULT_SEED = 7;

/** Fills in defaults and refuses names that do not exist. */
export function resolveSettings(
  options: ModelOptions,
  { featureNames, log, trainingPrompts }: Pick<LearnableLog, "featureNames" | "log" | "trainingPrompts">,
): PolicySettings {
  const rewardModel = options.rewardModel ?? DEFAULT_REWARD_MODEL;
  const known = REWARD_MODELS.find(({ kind }) => kind === rewardModel);
  if (known === undefined)
    throw new UsageError(
      `there is no reward model "${rewardModel}"; there are: ${REWARD_MODELS.map(({ kind }) => kind).join(", ")}`,
    );
  return {
    rewardModel: known.kind,
    embedder: options.embedder ?? defaultEmbedder(known, featureNames),
    promptEmbedder: options.promptEmbedder ?? DEFAULT_PROMPT_EMBEDDER,
    gate: options.gate ?? "balanced",
    groupBy: options.groupBy ?? DEFAULT_GROUP_BY,
    propensity: options.propensity ?? "rates",
    choose: log.choose,
    costs: givenCosts(
      Array.from(trainingPrompts, (candidate) => log.prompts[candidate]!),
      options.cost,
    ),
    costUnit: options.costUnit ?? "dollars",
    knob: knobFromOptions(options),
    seed: options.seed ?? DEFAULT_SEED,
  };
}

/** Models that add up kernels use what else the log says of its questions. */
function defaultEmbedder(
  { kind, defaultEmbedder: ofTexts }: RewardModelDescription,
  featureNames: readonly string[],
): string {
  return kind === DEFAULT_REWARD_MODEL && featureNames.length > 0
    ? `${ofTexts}+features:${featureNames.join(",")}`
    : ofTexts;
}

/** Training questions, embedded once and shared by every policy fitted on them. */
export interface EmbeddedQuestions {
  readonly embedder: FittedEmbedder;
  readonly features: EmbeddedQueries;
}

/**
 * Fits the embedder of questions on some of the log's and embeds them.
 * @param queries indices into the log's queries
 */
export async function embedTrainingQuestions(
  prepared: LearnableLog,
  queries: Int32Array,
  settings: Pick<PolicySettings, "embedder" | "seed">,
  options: WorkOptions,
): Promise<EmbeddedQuestions> {
  const { texts, features } = questionsAt(prepared, queries);
  const embedder = await createEmbedder(settings.embedder, prepared.queryEmbedding).fit(texts, {
    ...options,
    features,
    seed: settings.seed,
  });
  return { embedder, features: await embedQuestions(embedder, texts, { ...options, features }) };
}

/** Questions as they are asked. */
export interface AskedQuestions {
  readonly texts: readonly string[];
  /** What else is known of each; of none where absent. */
  readonly features?: readonly (QueryFeatures | undefined)[] | undefined;
}

/** Some of the log's questions. */
export function questionsAt({ log }: LearnableLog, queries: Int32Array): Required<AskedQuestions> {
  return {
    texts: Array.from(queries, (query) => log.queries[query]!.text),
    features: Array.from(queries, (query) => log.queries[query]!.features),
  };
}

/** Everything needed to choose a prompt for a question. */
export interface Policy {
  readonly settings: PolicySettings;
  readonly embedder: FittedEmbedder;
  readonly model: FittedRewardModel;
  readonly likeness: Likeness;
  /** A question less alike than this to every one of the log gets the fixed prompt. */
  readonly leastLikeness: number;
  /** Training candidates in column order. */
  readonly prompts: readonly Candidate[];
  /** Fitted anew with each set of candidates, since its weights may depend on them. */
  readonly promptEmbedder: Embedder;
  readonly fixedColumn: number;
  /** The fixed prompt is left only where another one's predicted reward exceeds its own by more than this. */
  readonly margin: number;
  /** Success of each training prompt on the training side. */
  readonly promptMeans: Float64Array;
  readonly gate: GateDecision;
  /** How success is traded for cost, and what calls cost; null where costs are unknown. */
  readonly priced: PricedPolicy | null;
  /** How long calls take, in ms; null where the log does not say. */
  readonly latencyModel: CostModel | null;
  readonly hyperparameters: Readonly<Record<string, JsonValue>>;
}

/** What of a policy chooses among its own prompts. */
export type ChoicePolicy = Omit<Policy, "settings" | "promptEmbedder" | "promptMeans" | "hyperparameters">;
/** What a policy is fitted on. Q questions, K training prompts. */
export interface PolicyTraining {
  readonly questions: EmbeddedQuestions;
  /** Q × K. */
  readonly rewards: RewardMatrix;
  /** Q long. */
  readonly groups: Int32Array;
  /** K long. */
  readonly prompts: readonly Candidate[];
  /** Of the questions under the candidates; where absent nothing is known. */
  readonly costs?: QuestionCosts | undefined;
  /** Rows × K: the rewards by which the fixed prompt is chosen, where these are not `rewards`. */
  readonly fixedRewards?: RewardMatrix | undefined;
  /** What the embedder of prompts needs to know. */
  readonly promptEmbedding: EmbedderOptions;
}

/** Share of the training questions that would have counted as unlike all others. */
const UNLIKE_SHARE = 0.01;
/** A question with this cosine to one of the log is like it, however much more alike those of the log are. */
const ALIKE = 0.5;
/** Cosines of equal texts differ by rounding. */
const ROUNDING = 1e-6;

/**
 * Fits the reward model; learns out of fold which of its candidates to use, when to leave which fixed prompt, and whether
 * to leave it at all.
 * @param training of at least 3 groups: see `checkQuestions`
 * @param rewardModel one that may be given again for fits on the same questions
 */
export async function fitPolicy(
  training: PolicyTraining,
  settings: PolicySettings,
  options: WorkOptions = {},
  rewardModel: RewardModel = createRewardModel(settings.rewardModel),
): Promise<Policy> {
  const { questions, rewards, groups, prompts, fixedRewards, promptEmbedding, costs } = training;
  const promptEmbedder = createEmbedder(settings.promptEmbedder, promptEmbedding);
  const ones = (count: number): Float64Array => new Float64Array(count).fill(1);
  const plainFixed = bestFixedPrompt(fixedRewards ?? rewards, ones((fixedRewards ?? rewards).queries));
  const compactGroups = renumber(groups);
  const groupCount = compactGroups.reduce((most, group) => Math.max(most, group + 1), 0);
  const folds = assignGroupFolds(compactGroups, Math.min(INNER_FOLDS, groupCount), settings.seed + 1);
  const fit = await rewardModel.fit(
    {
      queries: questions.features,
      prompts: (await embedPrompts(prompts, { prompts, settings, promptEmbedder })).features,
      rewards,
      groups: compactGroups,
      folds,
      fixedColumn: plainFixed.column,
      seed: settings.seed,
    },
    options,
  );
  const { likeness, outOfGroup } = fitLikeness(questions.features, compactGroups, settings.seed);
  const known = knownRows(questions.features);
  const leastLikeness =
    outOfGroup.length === 0 ? 0 : Math.min(ALIKE, quantileOfSorted(outOfGroup, UNLIKE_SHARE) - ROUNDING);
  const design = observationDesign(rewards, observationOptions(questions.features, compactGroups, settings));
  const keepFixed = known.map((isKnown) => 1 - isKnown);
  const learned = learnChoice({
    candidates: fit.candidates.map(({ outOfFold }) => outOfFold),
    design,
    clusters: compactGroups,
    folds,
    keepFixed,
    strength: settings.gate,
  });
  return {
    settings,
    embedder: questions.embedder,
    model: await fit.assemble(learned.members),
    likeness,
    leastLikeness,
    prompts,
    promptEmbedder,
    fixedColumn: fixedRewards === undefined ? learned.fixedColumn : plainFixed.column,
    margin: learned.margin,
    promptMeans: fixedRewards === undefined ? learned.means : plainFixed.means,
    gate: learned.gate,
    priced: fitPriced(costs, settings, {
      design,
      keepFixed,
      clusters: compactGroups,
      predicted: learned.outOfFold,
    }),
    latencyModel: costs?.latencies == null ? null : fitCostModel(costs.lengths, costs.latencies),
    hyperparameters: {
      candidates: fit.candidates.length,
      members: learned.members.map((member) => fit.candidates[member]!.hyperparameters),
      margin: learned.margin,
    },
  };
}

/** Why a question gets the fixed prompt whatever its scores: it holds nothing known, or is unlike anything in the log. */
export type FallbackReason = "unknown" | "unlike";

/** Predicted rewards of questions under candidate prompts. */
export interface QuestionScores {
  /** questions × candidates, row-major, in [0, 1]. */
  readonly scores: Float64Array;
  /** The largest likeness of each question to one of the log, in [0, 1]. */
  readonly similarity: Float64Array;
  /** One a question; null where its scores decide. */
  readonly fallback: readonly (FallbackReason | null)[];
}

/**
 * Scores questions under any prompts; those the policy was trained on by their labels, others from their text.
 * @param candidates prompts in column order; the training prompts where absent
 */
export async function scoreQuestions(
  policy: Policy,
  { texts, features }: AskedQuestions,
  candidates?: readonly Prompt[],
  options: WorkOptions = {},
): Promise<QuestionScores> {
  const embedded = await embedQuestions(policy.embedder, texts, { ...options, features });
  return scoreEmbedded(
    policy,
    embedded,
    candidates === undefined ? undefined : await embedPrompts(candidates, policy),
  );
}

/** As {@link scoreQuestions}, of questions already embedded. */
export function scoreEmbedded(
  policy: Pick<Policy, "likeness" | "model" | "leastLikeness">,
  questions: EmbeddedQueries,
  candidates?: PromptCandidates,
): QuestionScores {
  const similarity = policy.likeness.similarities(questions);
  const known = knownRows(questions);
  return {
    scores: policy.model.predict(questions, candidates),
    similarity,
    fallback: Array.from(known, (isKnown, query) =>
      isKnown === 0 ? "unknown" : similarity[query]! < policy.leastLikeness ? "unlike" : null,
    ),
  };
}

/**
 * The training prompt each question would get if the gate were open, as a column.
 * @param scores questions × candidates, the training prompts first
 */
export function chooseColumns(policy: ChoicePolicy, { scores, fallback }: QuestionScores): Int32Array {
  // A split of one fold puts its policy to no other fold's questions.
  if (fallback.length === 0) return new Int32Array(0);
  return bestOfN({
    scores,
    prompts: scores.length / fallback.length,
    columns: Int32Array.from(policy.prompts.keys()),
    fixedColumn: policy.fixedColumn,
    margin: policy.margin,
    keepFixed: Uint8Array.from(fallback, (reason) => (reason === null ? 0 : 1)),
  });
}

/** How the log was observed, beside what it says itself. @param questions one row a unit */
export function observationOptions(
  questions: EmbeddedQueries,
  groups: Int32Array,
  { propensity, seed }: Pick<PolicySettings, "propensity" | "seed">,
): ObservationOptions {
  if (propensity === "rates") return {};
  const features = questions.kind === "blocks" ? questions.blocks[0]!.features : questions;
  return { model: { features, groups, seed } };
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
