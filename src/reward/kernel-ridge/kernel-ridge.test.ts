import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { kernelRidge } from "./kernel-ridge.ts";

rewardModelContract("kernel ridge, every question a landmark", {
  create: () => kernelRidge(),
  createFixed: () => kernelRidge({ penalties: [3] }),
  features: ["sparse", "dense"],
  followsQuestion: true,
  ignoresRowLength: true,
});

rewardModelContract("kernel ridge on few landmarks", {
  create: () => kernelRidge({ landmarks: 20 }),
  createFixed: () => kernelRidge({ landmarks: 20, penalties: [3] }),
  features: ["sparse", "dense"],
  followsQuestion: true,
  ignoresRowLength: true,
});
