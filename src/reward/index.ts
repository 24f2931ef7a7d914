export type { FittedRewardModel, RewardModel, RewardModelFit, RewardTraining } from "./reward-model.ts";
