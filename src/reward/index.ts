export type { CostModel, LoggedCosts } from "./cost-model.ts";
export { constantCosts, fitCostModel, predictCosts } from "./cost-model.ts";
export type { RewardModelDescription, RewardModelKind } from "./create-reward-model.ts";
export { createRewardModel, REWARD_MODELS, restoreRewardModel } from "./create-reward-model.ts";
export type {
  BinnedQueries,
  BoosterData,
  BoosterModel,
  BoosterOptions,
  BoosterProgress,
  BoosterResult,
  FeatureColumns,
  ImportanceKind,
  LightgbmParameters,
  ScoredPrompts,
  TrainingPlan,
  Tree,
  TreeModelParts,
  XgboostFormat,
  XgboostParameters,
  XgboostPreset,
} from "./gbdt/index.ts";
export {
  binQueries,
  featureImportance,
  GbdtScorer,
  getBooster,
  lightgbmPlan,
  readLightgbmModel,
  readXgboostModel,
  restoreBooster,
  rewardModelFromTrees,
  saveBooster,
  trainBooster,
  writeLightgbmModel,
  writeXgboostModel,
  XGBOOST_PRESETS,
  xgboostPlan,
} from "./gbdt/index.ts";
export type { Likeness } from "./likeness.ts";
export { fitLikeness, restoreLikeness } from "./likeness.ts";
export type { LightgbmOptions, XgboostOptions } from "./native/index.ts";
export { restoreDefaultModel } from "./restore-default-model.ts";
export type { FittedRewardModel, RewardModel, RewardModelFit, RewardTraining } from "./reward-model.ts";
