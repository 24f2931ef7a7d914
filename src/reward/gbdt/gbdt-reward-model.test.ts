import { expect, test } from "vitest";
import { contractCandidates, contractLog } from "../../../test/support/reward/contract-log.ts";
import { fitAll } from "../../../test/support/reward/fit-all.ts";
import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { ConfigError } from "../../errors.ts";
import { gbdtDepthwise, gbdtLeafwise } from "./gbdt-reward-model.ts";

rewardModelContract("depthwise boosted trees", {
  create: gbdtDepthwise,
  createFixed: () => gbdtDepthwise({ num_boost_round: 10, eta: 0.2, max_depth: 4 }),
  features: ["dense", "sparse"],
  followsQuestion: true,
  ignoresRowLength: false,
  pullsToMean: false,
});

rewardModelContract("leafwise boosted trees", {
  create: () =>
    gbdtLeafwise({ num_iterations: 40, learning_rate: 0.05, min_sum_hessian_in_leaf: 1, lambda_l2: 1 }),
  createFixed: () => gbdtLeafwise({ num_iterations: 10, num_leaves: 7, boost_from_average: false }),
  features: ["dense"],
  followsQuestion: true,
  ignoresRowLength: false,
  pullsToMean: false,
});

const { training, freshQueries } = contractLog({ features: "dense", labels: "complete", seed: 2 });

test("prompts without labels can be sent down the trees by their own features", async () => {
  const { model } = await fitAll(gbdtDepthwise({ unseenPrompts: "trees" }), training);
  const trained = model.predict(freshQueries);
  const [seen, twin] = model.predict(freshQueries, contractCandidates(0.1));
  expect(seen).toBe(trained[1]);
  // Candidate 1 has the features of training prompt 0.
  expect(twin).toBe(trained[0]);
});

test("early stopping chooses the number of trees on folds the prediction does not come from", async () => {
  const rounds = 200;
  const options = { preset: "fast", num_boost_round: rounds, eta: 0.3, early_stopping_rounds: 5 } as const;
  const { hyperparameters } = await fitAll(gbdtDepthwise(options), training);
  expect(hyperparameters.rounds).toBeLessThan(rounds / 2);
  const oneFold = { ...training, folds: training.folds.map((fold) => fold % 2) };
  await expect(gbdtDepthwise({ early_stopping_rounds: 5 }).fit(oneFold)).rejects.toThrow(ConfigError);
});

test("early stopping looks for a fold that has labels to stop by", async () => {
  const { rewards } = training;
  const folds = training.groups.map((group) => group % 5);
  const findFold = (pair: number): number => folds[Math.floor(pair / rewards.prompts)]!;
  const without = (counts: Float64Array): Float64Array =>
    counts.map((count, pair) => (findFold(pair) === 1 ? 0 : count));
  const partial = {
    ...rewards,
    trials: without(rewards.trials),
    successes: without(rewards.successes),
  };
  const options = { num_boost_round: 30, eta: 0.1, max_depth: 3, early_stopping_rounds: 9 };
  const { outOfFold } = await fitAll(gbdtDepthwise(options), { ...training, folds, rewards: partial });
  // Fold 0 would be predicted by no tree at all, were its stopping fold the empty one.
  const first = outOfFold.filter((_, pair) => findFold(pair) === 0);
  expect(new Set(first).size).toBeGreaterThan(1);
});
