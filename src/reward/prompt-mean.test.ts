import { rewardModelContract } from "../../test/support/reward/reward-model-contract.ts";
import { promptMean } from "./prompt-mean.ts";

rewardModelContract("prompt mean", {
  create: promptMean,
  createFixed: promptMean,
  features: ["sparse"],
  followsQuestion: false,
  ignoresRowLength: true,
});
