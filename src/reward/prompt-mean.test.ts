import { promptMean } from "./prompt-mean.ts";
import { rewardModelContract } from "./reward-model-contract.ts";

rewardModelContract("prompt mean", {
  create: promptMean,
  createFixed: promptMean,
  features: ["sparse"],
  followsQuestion: false,
  ignoresRowLength: true,
});
