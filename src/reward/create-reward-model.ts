import { ModelFileError, UsageError } from "../errors.ts";
import type { StoredState } from "../types/index.ts";
import { withCheckedScores } from "./checked-scores.ts";
import {
  GBDT_DEPTHWISE,
  GBDT_LEAFWISE,
  type GbdtDepthwiseOptions,
  type GbdtLeafwiseOptions,
  gbdtDepthwise,
  gbdtLeafwise,
  LIGHTGBM,
  restoreGbdt,
  XGBOOST,
} from "./gbdt/index.ts";
import { KERNEL_RIDGE, restoreKernelRidge } from "./kernel-ridge/fitted-kernel-ridge.ts";
import { kernelRidge } from "./kernel-ridge/kernel-ridge.ts";
import type { KernelRidgeOptions } from "./kernel-ridge/kernel-ridge-options.ts";
import { LOGISTIC, restoreLogistic } from "./logistic/fitted-logistic.ts";
import { type LogisticOptions, logistic } from "./logistic/logistic.ts";
import { type LightgbmOptions, lightgbm, type XgboostOptions, xgboost } from "./native/index.ts";
import { NEAREST_NEIGHBORS, restoreNearestNeighbors } from "./nearest-neighbors/fitted-nearest-neighbors.ts";
import { type NearestNeighborsOptions, nearestNeighbors } from "./nearest-neighbors/nearest-neighbors.ts";
import { PROMPT_MEAN, promptMean, restorePromptMean } from "./prompt-mean.ts";
import type { FittedRewardModel, RewardModel } from "./reward-model.ts";

/** Options of each kind of reward model. */
export interface RewardModelOptions {
  readonly "kernel-ridge": KernelRidgeOptions;
  readonly logistic: LogisticOptions;
  readonly "nearest-neighbors": NearestNeighborsOptions;
  readonly "gbdt-depthwise": GbdtDepthwiseOptions;
  readonly "gbdt-leafwise": GbdtLeafwiseOptions;
  readonly xgboost: XgboostOptions;
  readonly lightgbm: LightgbmOptions;
  readonly "prompt-mean": Record<string, never>;
}

/** A kind of reward model that can be created by name. */
export type RewardModelKind = keyof RewardModelOptions;

/** What a user chooses from. */
export interface RewardModelDescription {
  readonly kind: RewardModelKind;
  readonly description: string;
  /** Name of the embedder of questions it does best with. */
  readonly defaultEmbedder: string;
}

interface RewardModelEntry<Kind extends RewardModelKind> {
  readonly description: string;
  readonly defaultEmbedder: string;
  readonly create: (options?: RewardModelOptions[Kind]) => RewardModel;
  readonly restore: (state: StoredState) => FittedRewardModel;
}

const ENTRIES: { readonly [Kind in RewardModelKind]: RewardModelEntry<Kind> } = {
  [KERNEL_RIDGE]: {
    description:
      "kernel ridge regression on sums of kernels, in the span of landmarks; which sums is chosen by the gain",
    defaultEmbedder: "form-tf+symbol-tf+style",
    create: kernelRidge,
    restore: restoreKernelRidge,
  },
  [LOGISTIC]: {
    description: "logistic regression of each prompt with common and own weights; needs dense features",
    defaultEmbedder: "lsa:form-tf",
    create: logistic,
    restore: restoreLogistic,
  },
  [NEAREST_NEIGHBORS]: {
    description: "mean success among the most similar questions of the log",
    defaultEmbedder: "form-tf",
    create: nearestNeighbors,
    restore: restoreNearestNeighbors,
  },
  [GBDT_DEPTHWISE]: {
    description: "boosted trees grown level by level, the paper's model, with XGBoost's parameters",
    defaultEmbedder: "lsa:form-tf",
    create: gbdtDepthwise,
    restore: restoreGbdt,
  },
  [GBDT_LEAFWISE]: {
    description: "boosted trees grown leaf by leaf, with LightGBM's parameters",
    defaultEmbedder: "lsa:form-tf",
    create: gbdtLeafwise,
    restore: restoreGbdt,
  },
  [XGBOOST]: {
    description: "the original XGBoost, for comparison; needs koffi and its shared library to train",
    defaultEmbedder: "lsa:form-tf",
    create: xgboost,
    restore: restoreGbdt,
  },
  [LIGHTGBM]: {
    description: "the original LightGBM, for comparison; needs koffi and its shared library to train",
    defaultEmbedder: "lsa:form-tf",
    create: lightgbm,
    restore: restoreGbdt,
  },
  [PROMPT_MEAN]: {
    description: "each prompt's mean success, the same for every question: the baseline",
    defaultEmbedder: "form-tf",
    create: promptMean,
    restore: restorePromptMean,
  },
};

/** All kinds, the default first. */
export const REWARD_MODELS: readonly RewardModelDescription[] = (
  Object.keys(ENTRIES) as RewardModelKind[]
).map((kind) => ({
  kind,
  description: ENTRIES[kind].description,
  defaultEmbedder: ENTRIES[kind].defaultEmbedder,
}));

/**
 * @param kind one of {@link REWARD_MODELS}
 * @throws UsageError where there is no such kind; ConfigError where an option is out of range
 */
export function createRewardModel<Kind extends RewardModelKind>(
  kind: Kind,
  options?: RewardModelOptions[Kind],
): RewardModel {
  if (!Object.hasOwn(ENTRIES, kind)) {
    const kinds = REWARD_MODELS.map((model) => model.kind);
    throw new UsageError(`There is no reward model "${kind}"; choose one of ${kinds.join(", ")}.`, { kinds });
  }
  return ENTRIES[kind].create(options);
}

/**
 * Rebuilds a fitted model from what its `save` gave, read back from a file that is not trusted.
 * @throws ModelFileError where the kind is unknown or a part is missing, inconsistent or not finite; `predict` throws it
 * where numbers that are finite give a prediction that is no probability, since their sums overflow
 */
export function restoreRewardModel(state: StoredState): FittedRewardModel {
  if (!Object.hasOwn(ENTRIES, state.kind)) {
    const kinds = REWARD_MODELS.map((model) => model.kind);
    throw new ModelFileError(
      `The stored reward model is of kind "${state.kind}"; this version knows ${kinds.join(", ")}. Train again, or update the package.`,
      { kind: state.kind },
    );
  }
  return withCheckedScores(state, ENTRIES[state.kind as RewardModelKind].restore(state));
}
