export type { RewardModelDescription, RewardModelKind, RewardModelOptions } from "./create-reward-model.ts";
export { createRewardModel, REWARD_MODELS, restoreRewardModel } from "./create-reward-model.ts";
export type { KernelRidgeOptions } from "./kernel-ridge/kernel-ridge-options.ts";
export type { LogisticOptions } from "./logistic/logistic.ts";
export type { NearestNeighboursOptions } from "./nearest-neighbours/nearest-neighbours.ts";
export type { FittedRewardModel, RewardModel, RewardModelFit, RewardTraining } from "./reward-model.ts";
