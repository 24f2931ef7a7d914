import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import type { UnseenPromptRule } from "../gbdt/gbdt-options.ts";
import { type LightgbmParameters, lightgbmPlan } from "../gbdt/lightgbm-parameters.ts";
import { parseParameters } from "../gbdt/parse-parameters.ts";
import type { TrainingPlan } from "../gbdt/training-plan.ts";
import {
  XGBOOST_PRESETS,
  type XgboostParameters,
  type XgboostPreset,
  xgboostPlan,
} from "../gbdt/xgboost-parameters.ts";
import type { NativeParameters } from "./native-trainer.ts";

interface CommonOptions {
  /** Path of the shared library. @default found by environment variable or by Python */
  readonly library?: string | undefined;
  /** Prompts without labels, see the options of the gbdt- models. @default "similarity" */
  readonly unseenPrompts?: UnseenPromptRule | undefined;
}

/** Options of the original XGBoost, under its own names; it does not stop early here. */
export interface XgboostOptions extends CommonOptions, Omit<XgboostParameters, "early_stopping_rounds"> {
  /** Parameters to start from; those given beside it win. @default "fast" */
  readonly preset?: XgboostPreset | undefined;
  /** @default "hist" */
  readonly tree_method?: "hist" | "approx" | "exact" | undefined;
  /** Threads; 0: as many as there are cores. @default 0 */
  readonly nthread?: number | undefined;
}

/** Options of the original LightGBM, under its own names; it does not stop early here. */
export interface LightgbmOptions extends CommonOptions, Omit<LightgbmParameters, "early_stopping_round"> {
  /** Least number of rows in a leaf. @default 20 */
  readonly min_data_in_leaf?: number | undefined;
  /** Threads; 0: as many as there are cores. @default 0 */
  readonly num_threads?: number | undefined;
}

/** What the options come to. */
export interface NativeSetup {
  readonly library: string | undefined;
  readonly unseenPrompts: UnseenPromptRule;
  readonly plan: TrainingPlan;
  readonly parameters: NativeParameters;
}

const threads = z.int().min(0).max(1024).default(0);
const commonSchema = z.strictObject({
  library: z.string().min(1).optional(),
  unseenPrompts: z.enum(["similarity", "trees"]).default("similarity"),
});
const xgboostSchema = commonSchema.extend({
  preset: z.enum(["paper", "fast"]).default("fast"),
  tree_method: z.enum(["hist", "approx", "exact"]).default("hist"),
  nthread: threads,
});
const lightgbmSchema = commonSchema.extend({
  min_data_in_leaf: z.int().min(0).max(1e9).default(20),
  num_threads: threads,
});

/** @throws ConfigError where an option is unknown or out of range */
export function xgboostSetup(options: XgboostOptions = {}): NativeSetup {
  const { library, unseenPrompts, preset, tree_method, nthread, ...parameters } = options;
  const own = parseParameters("XGBoost", xgboostSchema, {
    library,
    unseenPrompts,
    preset,
    tree_method,
    nthread,
  });
  const plan = withoutStopping(xgboostPlan({ ...XGBOOST_PRESETS[own.preset], ...parameters }));
  return {
    library: own.library,
    unseenPrompts: own.unseenPrompts,
    plan,
    parameters: new Map<string, string | number>([
      ["booster", "gbtree"],
      ["objective", plan.objective],
      ["tree_method", own.tree_method],
      ["eta", plan.learningRate],
      ["max_depth", plan.maxDepth],
      ["max_leaves", plan.maxLeaves],
      ["grow_policy", plan.growth === "depthwise" ? "depthwise" : "lossguide"],
      ["lambda", plan.lambda],
      ["gamma", plan.minSplitGain],
      ["min_child_weight", plan.minChildWeight],
      ["subsample", plan.pairFraction],
      ["colsample_bytree", plan.featureFraction],
      ["max_bin", plan.maxBin],
      ["base_score", plan.baseScore],
      ["seed", plan.seed],
      ["nthread", own.nthread],
      ["verbosity", 0],
    ]),
  };
}

/** @throws ConfigError where an option is unknown or out of range */
export function lightgbmSetup(options: LightgbmOptions = {}): NativeSetup {
  const { library, unseenPrompts, min_data_in_leaf, num_threads, ...parameters } = options;
  const own = parseParameters("LightGBM", lightgbmSchema, {
    library,
    unseenPrompts,
    min_data_in_leaf,
    num_threads,
  });
  const plan = withoutStopping(lightgbmPlan(parameters));
  return {
    library: own.library,
    unseenPrompts: own.unseenPrompts,
    plan,
    parameters: new Map<string, string | number | boolean>([
      ["boosting", "gbdt"],
      ["objective", plan.objective === "binary:logistic" ? "binary" : "regression"],
      ["learning_rate", plan.learningRate],
      ["num_leaves", plan.maxLeaves],
      ["max_depth", plan.maxDepth === 0 ? -1 : plan.maxDepth],
      ["lambda_l2", plan.lambda],
      ["min_gain_to_split", plan.minSplitGain],
      ["min_sum_hessian_in_leaf", plan.minChildWeight],
      ["min_data_in_leaf", own.min_data_in_leaf],
      ["bagging_fraction", plan.pairFraction],
      // LightGBM draws no sample at all unless told how often.
      ["bagging_freq", plan.pairFraction < 1 ? 1 : 0],
      ["feature_fraction", plan.featureFraction],
      ["max_bin", plan.maxBin],
      ["boost_from_average", plan.baseScore === "mean"],
      ["seed", plan.seed],
      ["num_threads", own.num_threads],
      // The same model every time, whatever the threads.
      ["deterministic", true],
      ["force_col_wise", true],
      ["verbosity", -1],
    ]),
  };
}

function withoutStopping(plan: TrainingPlan): TrainingPlan {
  if (plan.earlyStoppingRounds === 0) return plan;
  throw new ConfigError(
    "The original libraries do not stop early here; set the number of rounds, or use gbdt-depthwise or gbdt-leafwise, which do.",
  );
}
