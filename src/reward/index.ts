export type { RewardModelDescription, RewardModelKind, RewardModelOptions } from "./create-reward-model.ts";
export { createRewardModel, REWARD_MODELS, restoreRewardModel } from "./create-reward-model.ts";
export type {
  BinnedQueries,
  BoosterData,
  BoosterModel,
  BoosterOptions,
  BoosterProgress,
  BoosterResult,
  FeatureColumns,
  ForeignModelParts,
  ImportanceKind,
  LightgbmParameters,
  ScoredPrompts,
  TrainingPlan,
  Tree,
  XgboostFormat,
  XgboostParameters,
  XgboostPreset,
} from "./gbdt/index.ts";
export {
  binQueries,
  boosterOf,
  featureImportance,
  foreignRewardModel,
  GbdtScorer,
  lightgbmPlan,
  readLightgbmModel,
  readXgboostModel,
  restoreBooster,
  saveBooster,
  trainBooster,
  writeLightgbmModel,
  writeXgboostModel,
  XGBOOST_PRESETS,
  xgboostPlan,
} from "./gbdt/index.ts";
export type { KernelRidgeOptions } from "./kernel-ridge/kernel-ridge-options.ts";
export type { Likeness } from "./likeness.ts";
export { fitLikeness, restoreLikeness } from "./likeness.ts";
export type { LogisticOptions } from "./logistic/logistic.ts";
export type { LightgbmOptions, XgboostOptions } from "./native/index.ts";
export type { NearestNeighboursOptions } from "./nearest-neighbours/nearest-neighbours.ts";
export type { FittedRewardModel, RewardModel, RewardModelFit, RewardTraining } from "./reward-model.ts";
