import { z } from "zod";
import { type ParameterAliases, parseParameters } from "./parse-parameters.ts";
import type { TrainingPlan } from "./training-plan.ts";

/**
 * Parameters of depthwise boosting under XGBoost's own names, defaults and ranges
 * (https://xgboost.readthedocs.io/en/stable/parameter.html).
 */
export interface XgboostParameters {
  /** Loss: log-loss of the success counts, or squared error of the success rates. @default "binary:logistic" */
  readonly objective?: "binary:logistic" | "reg:squarederror" | undefined;
  /** Number of trees. @default 100 */
  readonly num_boost_round?: number | undefined;
  /** Learning rate: factor on every leaf, (0, 1]. @default 0.3 */
  readonly eta?: number | undefined;
  /** Most splits on a path; 0 is no limit. @default 6 */
  readonly max_depth?: number | undefined;
  /** Most leaves of a tree; 0 is no limit. @default 0 */
  readonly max_leaves?: number | undefined;
  /** Split level by level, or always the leaf that gains most. @default "depthwise" */
  readonly grow_policy?: "depthwise" | "lossguide" | undefined;
  /** L2 penalty on leaf values. @default 1 */
  readonly lambda?: number | undefined;
  /** Least loss reduction of a split. @default 0 */
  readonly gamma?: number | undefined;
  /** Least sum of hessians in a child. @default 1 */
  readonly min_child_weight?: number | undefined;
  /** Fraction of the (question, prompt) pairs drawn for each tree, (0, 1]. @default 1 */
  readonly subsample?: number | undefined;
  /** Fraction of the features drawn for each tree, (0, 1]. @default 1 */
  readonly colsample_bytree?: number | undefined;
  /** Bins of a query feature. Prompt features are never binned: every threshold between two prompts is tried. @default 256 */
  readonly max_bin?: number | undefined;
  /** Success probability before the first tree, in (0, 1). @default 0.5, as in XGBoost 1, which the reference used */
  readonly base_score?: number | undefined;
  /** Stop after so many rounds without a smaller validation loss; 0: never. @default 0 */
  readonly early_stopping_rounds?: number | undefined;
  /** @default 0 */
  readonly seed?: number | undefined;
}

/** Ranges and defaults of the parameters. */
const schema = z.strictObject({
  objective: z.enum(["binary:logistic", "reg:squarederror"]).default("binary:logistic"),
  num_boost_round: z.int().min(1).max(100_000).default(100),
  eta: z.number().gt(0).max(1).default(0.3),
  max_depth: z.int().min(0).max(64).default(6),
  max_leaves: z.int().min(0).max(1_000_000).default(0),
  grow_policy: z.enum(["depthwise", "lossguide"]).default("depthwise"),
  lambda: z.number().min(0).max(1e9).default(1),
  gamma: z.number().min(0).max(1e9).default(0),
  min_child_weight: z.number().min(0).max(1e9).default(1),
  subsample: z.number().gt(0).max(1).default(1),
  colsample_bytree: z.number().gt(0).max(1).default(1),
  max_bin: z.int().min(2).max(256).default(256),
  base_score: z.number().gt(0).lt(1).default(0.5),
  early_stopping_rounds: z.int().min(0).max(100_000).default(0),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
});

/** XGBoost's other names, those of its scikit-learn classes, and LightGBM's. */
const ALIASES: ParameterAliases = new Map([
  ["learning_rate", "eta"],
  ["n_estimators", "num_boost_round"],
  ["num_iterations", "num_boost_round"],
  ["num_round", "num_boost_round"],
  ["reg_lambda", "lambda"],
  ["lambda_l2", "lambda"],
  ["min_split_loss", "gamma"],
  ["min_gain_to_split", "gamma"],
  ["min_sum_hessian_in_leaf", "min_child_weight"],
  ["num_leaves", "max_leaves"],
  ["bagging_fraction", "subsample"],
  ["feature_fraction", "colsample_bytree"],
  ["early_stopping_round", "early_stopping_rounds"],
  ["random_state", "seed"],
]);

/** Names of the parameter sets. */
export type XgboostPreset = "paper" | "fast";

/** Parameter sets by name: `paper` is the reference's, `fast` equals it in quality at a fiftieth of the rounds. */
export const XGBOOST_PRESETS: Readonly<Record<XgboostPreset, XgboostParameters>> = {
  paper: { max_depth: 10, eta: 0.001, num_boost_round: 2000 },
  fast: { max_depth: 10, eta: 0.05, num_boost_round: 40 },
};

/**
 * @throws ConfigError where a parameter is unknown or out of range
 */
export function xgboostPlan(parameters: XgboostParameters = {}): TrainingPlan {
  const checked = parseParameters("XGBoost", schema, parameters, ALIASES);
  return {
    objective: checked.objective,
    rounds: checked.num_boost_round,
    learningRate: checked.eta,
    growth: checked.grow_policy === "depthwise" ? "depthwise" : "leafwise",
    maxDepth: checked.max_depth,
    maxLeaves: checked.max_leaves,
    lambda: checked.lambda,
    minSplitGain: checked.gamma,
    minChildWeight: checked.min_child_weight,
    pairFraction: checked.subsample,
    featureFraction: checked.colsample_bytree,
    maxBin: checked.max_bin,
    baseScore: checked.base_score,
    earlyStoppingRounds: checked.early_stopping_rounds,
    seed: checked.seed,
  };
}
