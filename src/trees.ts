/**
 * Gradient-boosted trees on (question, prompt) pairs by themselves: trained, looked into, scored, made part of a file.
 * Any matrices will do; no log, no run directory, no file system.
 *
 * @example
 * import { binQueries, trainBooster, xgboostPlan } from "prompt-oirl/trees";
 *
 * @module
 */
export type { ErrorCode, ErrorDetails } from "./errors.ts";
export { PromptOirlError } from "./errors.ts";
export type {
  BinnedQueries,
  BoosterData,
  BoosterModel,
  BoosterOptions,
  BoosterProgress,
  BoosterResult,
  ImportanceKind,
  LightgbmParameters,
  ScoredPrompts,
  TrainingPlan,
  Tree,
  XgboostParameters,
  XgboostPreset,
} from "./reward/index.ts";
export {
  binQueries,
  featureImportance,
  GbdtScorer,
  lightgbmPlan,
  restoreBooster,
  saveBooster,
  trainBooster,
  XGBOOST_PRESETS,
  xgboostPlan,
} from "./reward/index.ts";
export type {
  DenseFeatures,
  FeatureMatrix,
  RewardMatrix,
  StoredState,
  WorkOptions,
} from "./types/index.ts";
