import { z } from "zod";
import { type LightgbmParameters, lightgbmPlan } from "./lightgbm-parameters.ts";
import { parseParameters } from "./parse-parameters.ts";
import type { TrainingPlan } from "./training-plan.ts";
import {
  XGBOOST_PRESETS,
  type XgboostParameters,
  type XgboostPreset,
  xgboostPlan,
} from "./xgboost-parameters.ts";

/** How prompts without labels are scored. */
export type UnseenPromptRule = "similarity" | "trees";

interface CommonOptions {
  /**
   * Prompts without labels: by the similarity of their text to the training prompts, as every reward model of this
   * package does it, or sent down the trees by their own features, as the paper's reference does it.
   * @default "similarity"
   */
  readonly unseenPrompts?: UnseenPromptRule | undefined;
  /** Threads, this one included. The model does not depend on it. @default as many as there are cores, at most 8 */
  readonly workers?: number | undefined;
}

/** Options of trees grown level by level, under XGBoost's names. */
export interface GbdtDepthwiseOptions extends CommonOptions, XgboostParameters {
  /** Parameters to start from; those given beside it win. @default "fast" */
  readonly preset?: XgboostPreset | undefined;
}

/** Options of trees grown leaf by leaf, under LightGBM's names. */
export interface GbdtLeafwiseOptions extends CommonOptions, LightgbmParameters {}

/** What the options come to. */
export interface GbdtSetup {
  readonly plan: TrainingPlan;
  readonly unseenPrompts: UnseenPromptRule;
  readonly workers: number | undefined;
}

const commonSchema = z.strictObject({
  unseenPrompts: z.enum(["similarity", "trees"]).default("similarity"),
  workers: z.int().min(1).max(64).optional(),
});
const depthwiseSchema = commonSchema.extend({ preset: z.enum(["paper", "fast"]).default("fast") });

/** @throws ConfigError where an option is unknown or out of range */
export function depthwiseSetup(options: GbdtDepthwiseOptions = {}): GbdtSetup {
  const { unseenPrompts, workers, preset, ...parameters } = options;
  const own = parseParameters("depthwise", depthwiseSchema, { unseenPrompts, workers, preset });
  return {
    plan: xgboostPlan({ ...XGBOOST_PRESETS[own.preset], ...parameters }),
    unseenPrompts: own.unseenPrompts,
    workers: own.workers,
  };
}

/** @throws ConfigError where an option is unknown or out of range */
export function leafwiseSetup(options: GbdtLeafwiseOptions = {}): GbdtSetup {
  const { unseenPrompts, workers, ...parameters } = options;
  const own = parseParameters("leafwise", commonSchema, { unseenPrompts, workers });
  return { plan: lightgbmPlan(parameters), unseenPrompts: own.unseenPrompts, workers: own.workers };
}
