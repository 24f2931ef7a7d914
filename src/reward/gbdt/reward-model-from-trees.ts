import { ShapeError, UsageError } from "../../errors.ts";
import type { FeatureMatrix } from "../../types/index.ts";
import type { FittedRewardModel } from "../reward-model.ts";
import type { BoosterModel } from "./booster-model.ts";
import { denseFeatures, fittedGbdt, GBDT_KINDS, type LIGHTGBM, type XGBOOST } from "./fitted-gbdt.ts";
import type { UnseenPromptRule } from "./gbdt-options.ts";
import { restoreBooster } from "./model-state.ts";

/** What makes a reward model of trees that were read from a file. */
export interface TreeModelParts {
  /** The library the trees come from. */
  readonly kind: typeof XGBOOST | typeof LIGHTGBM;
  readonly booster: BoosterModel;
  /** P rows: the prompts the model predicts for when it is given no candidates. */
  readonly prompts: FeatureMatrix;
  /** How other prompts are scored. @default "similarity" */
  readonly unseenPrompts?: UnseenPromptRule;
}

/**
 * A reward model of trees that were read from a file of XGBoost or LightGBM.
 * @throws ShapeError where there are no prompts, or they have another number of columns than the trees know
 */
export function rewardModelFromTrees(parts: TreeModelParts): FittedRewardModel {
  const { kind, booster, prompts, unseenPrompts = "similarity" } = parts;
  if (prompts.rows === 0)
    throw new ShapeError("A reward model needs the features of at least one prompt; there are none.");
  return fittedGbdt({ kind, booster, promptFeatures: denseFeatures(prompts), unseenPrompts });
}

/**
 * The trees of a fitted model, to be written as another library's file.
 * @throws UsageError where the model is not one of boosted trees
 */
export function getBooster(model: FittedRewardModel): BoosterModel {
  if (!GBDT_KINDS.some((kind) => kind === model.kind))
    throw new UsageError(
      `the reward model is ${model.kind}, which has no trees; only these have: ${GBDT_KINDS.join(", ")}`,
      { kind: model.kind },
    );
  return restoreBooster(model.save());
}
