export type { RewardModelDescription, RewardModelKind, RewardModelOptions } from "./create-reward-model.ts";
export { createRewardModel, REWARD_MODELS, restoreRewardModel } from "./create-reward-model.ts";
export type { BoosterModel, FeatureColumns, ForeignModelParts, Tree, XgboostFormat } from "./gbdt/index.ts";
export {
  boosterOf,
  foreignRewardModel,
  readLightgbmModel,
  readXgboostModel,
  writeLightgbmModel,
  writeXgboostModel,
} from "./gbdt/index.ts";
export type { KernelRidgeOptions } from "./kernel-ridge/kernel-ridge-options.ts";
export type { LogisticOptions } from "./logistic/logistic.ts";
export type { LightgbmOptions, XgboostOptions } from "./native/index.ts";
export type { NearestNeighboursOptions } from "./nearest-neighbours/nearest-neighbours.ts";
export type { FittedRewardModel, RewardModel, RewardModelFit, RewardTraining } from "./reward-model.ts";
