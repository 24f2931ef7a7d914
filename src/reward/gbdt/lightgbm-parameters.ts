import { z } from "zod";
import { type ParameterAliases, parseParameters } from "./parse-parameters.ts";
import type { TrainingPlan } from "./training-plan.ts";

/**
 * Parameters of leafwise boosting under LightGBM's own names, defaults and ranges
 * (https://lightgbm.readthedocs.io/en/stable/Parameters.html). `min_data_in_leaf` is not among them: leaves are
 * limited by their hessians alone.
 */
export interface LightgbmParameters {
  /** Loss: log-loss of the success counts, or squared error of the success rates. @default "binary" */
  readonly objective?: "binary" | "regression" | undefined;
  /** Number of trees. @default 100 */
  readonly num_iterations?: number | undefined;
  /** Factor on every leaf, (0, 1]. @default 0.1 */
  readonly learning_rate?: number | undefined;
  /** Most leaves of a tree. @default 31 */
  readonly num_leaves?: number | undefined;
  /** Most splits on a path; -1 is no limit. @default -1 */
  readonly max_depth?: number | undefined;
  /** L2 penalty on leaf values. @default 0 */
  readonly lambda_l2?: number | undefined;
  /** Least loss reduction of a split. @default 0 */
  readonly min_gain_to_split?: number | undefined;
  /** Least sum of hessians in a child. @default 0.001 */
  readonly min_sum_hessian_in_leaf?: number | undefined;
  /** Fraction of the (question, prompt) pairs drawn for each tree, (0, 1]. @default 1 */
  readonly bagging_fraction?: number | undefined;
  /** Fraction of the features drawn for each tree, (0, 1]. @default 1 */
  readonly feature_fraction?: number | undefined;
  /** Bins of a query feature. @default 255 */
  readonly max_bin?: number | undefined;
  /** Start from the mean success rate, else from 1/2. @default true */
  readonly boost_from_average?: boolean | undefined;
  /** Stop after so many rounds without a smaller validation loss; 0: never. @default 0 */
  readonly early_stopping_round?: number | undefined;
  /** @default 0 */
  readonly seed?: number | undefined;
}

/** Ranges and defaults of the parameters. */
const schema = z.strictObject({
  objective: z.enum(["binary", "regression"]).default("binary"),
  num_iterations: z.int().min(1).max(100_000).default(100),
  learning_rate: z.number().gt(0).max(1).default(0.1),
  num_leaves: z.int().min(2).max(131_072).default(31),
  max_depth: z.int().min(-1).max(64).default(-1),
  lambda_l2: z.number().min(0).max(1e9).default(0),
  min_gain_to_split: z.number().min(0).max(1e9).default(0),
  min_sum_hessian_in_leaf: z.number().min(0).max(1e9).default(1e-3),
  bagging_fraction: z.number().gt(0).max(1).default(1),
  feature_fraction: z.number().gt(0).max(1).default(1),
  max_bin: z.int().min(2).max(256).default(255),
  boost_from_average: z.boolean().default(true),
  early_stopping_round: z.int().min(0).max(100_000).default(0),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
});

/** LightGBM's other names, those of its scikit-learn classes, and XGBoost's. */
const ALIASES: ParameterAliases = new Map([
  ["n_estimators", "num_iterations"],
  ["num_boost_round", "num_iterations"],
  ["num_round", "num_iterations"],
  ["num_trees", "num_iterations"],
  ["eta", "learning_rate"],
  ["shrinkage_rate", "learning_rate"],
  ["max_leaves", "num_leaves"],
  ["reg_lambda", "lambda_l2"],
  ["lambda", "lambda_l2"],
  ["min_split_gain", "min_gain_to_split"],
  ["gamma", "min_gain_to_split"],
  ["min_child_weight", "min_sum_hessian_in_leaf"],
  ["min_sum_hessian", "min_sum_hessian_in_leaf"],
  ["subsample", "bagging_fraction"],
  ["colsample_bytree", "feature_fraction"],
  ["early_stopping_rounds", "early_stopping_round"],
  ["random_seed", "seed"],
  ["random_state", "seed"],
]);

/**
 * @throws ConfigError where a parameter is unknown or out of range
 */
export function lightgbmPlan(parameters: LightgbmParameters = {}): TrainingPlan {
  const checked = parseParameters("LightGBM", schema, parameters, ALIASES);
  return {
    objective: checked.objective === "binary" ? "binary:logistic" : "reg:squarederror",
    rounds: checked.num_iterations,
    learningRate: checked.learning_rate,
    growth: "leafwise",
    maxDepth: Math.max(0, checked.max_depth),
    maxLeaves: checked.num_leaves,
    lambda: checked.lambda_l2,
    minSplitGain: checked.min_gain_to_split,
    minChildWeight: checked.min_sum_hessian_in_leaf,
    pairFraction: checked.bagging_fraction,
    featureFraction: checked.feature_fraction,
    maxBin: checked.max_bin,
    baseScore: checked.boost_from_average ? "mean" : 0.5,
    earlyStoppingRounds: checked.early_stopping_round,
    seed: checked.seed,
  };
}
