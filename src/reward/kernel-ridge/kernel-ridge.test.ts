import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { kernelRidge } from "./kernel-ridge.ts";

rewardModelContract("kernel ridge, exact", {
  create: () => kernelRidge(),
  createFixed: () => kernelRidge({ lambdas: [3] }),
  features: ["sparse", "dense"],
  followsQuestion: true,
  ignoresRowLength: true,
});

rewardModelContract("kernel ridge, Nyström", {
  create: () => kernelRidge({ exactQuestions: 0, landmarks: 20 }),
  createFixed: () => kernelRidge({ exactQuestions: 0, landmarks: 20, lambdas: [3] }),
  features: ["sparse", "dense"],
  followsQuestion: true,
  ignoresRowLength: true,
});
