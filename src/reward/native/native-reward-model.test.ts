import { expect, test } from "vitest";
import {
  findBoostingLibraries,
  requireBoostingLibraries,
} from "../../../test/support/fetch-boosting-libraries.ts";
import { contractLog } from "../../../test/support/reward/contract-log.ts";
import { fitAll } from "../../../test/support/reward/fit-all.ts";
import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { ConfigError } from "../../errors.ts";
import { lightgbmTrainer } from "./lightgbm-trainer.ts";
import { lightgbm, xgboost } from "./native-reward-model.ts";
import { xgboostTrainer } from "./xgboost-trainer.ts";

const found = await findBoostingLibraries();

test("the original libraries are there", (context) => {
  expect(requireBoostingLibraries(context, found)).toBeDefined();
});

test("what a library refuses comes in its own words", async (context) => {
  const libraries = requireBoostingLibraries(context, found);
  const rows = {
    rows: 2,
    columns: 1,
    features: Float32Array.of(0, 1),
    labels: Float32Array.of(0, 1),
    weights: Float32Array.of(1, 1),
  };
  const trainers = [
    [await xgboostTrainer(libraries.xgboost), 0],
    [await lightgbmTrainer(libraries.lightgbm), -1],
  ] as const;
  for (const [trainer, verbosity] of trainers) {
    const parameters = new Map<string, string | number>([
      ["objective", "nonsense"],
      ["verbosity", verbosity],
    ]);
    const training = trainer.train(rows, parameters, 1, async () => {});
    await expect(training).rejects.toThrow(ConfigError);
    await expect(training).rejects.toThrow(/refused: .*nonsense/u);
  }
});

test("answers weigh by how often they were given", async (context) => {
  const { xgboost: planter, lightgbm: grower } = requireBoostingLibraries(context, found);
  const { training } = contractLog({ features: "dense", labels: "partial", seed: 6 });
  const { rewards } = training;
  // More answers where there was little success, so that unweighted means are others.
  const trials = rewards.trials.map((count, entry) => (rewards.successes[entry] === 0 ? 5 * count : count));
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  // Trees that may not split: what is left is the mean of all answers.
  const models = [
    xgboost({ library: planter, nthread: 1, gamma: 1e6, eta: 1, lambda: 0, num_boost_round: 30 }),
    lightgbm({ library: grower, num_threads: 1, min_gain_to_split: 1e6, num_iterations: 2 }),
  ];
  for (const model of models) {
    const fit = await fitAll(model, { ...training, rewards: { ...rewards, trials } });
    for (const score of fit.model.predict(training.queries))
      expect(score).toBeCloseTo(sum(rewards.successes) / sum(trials), 5);
  }
});

test("a library that is another one is refused", async (context) => {
  const libraries = requireBoostingLibraries(context, found);
  await expect(xgboostTrainer(libraries.lightgbm)).rejects.toThrow(ConfigError);
});

if (found.libraries !== null) {
  const { libraries } = found;
  rewardModelContract("the original XGBoost", {
    create: () => xgboost({ library: libraries.xgboost, nthread: 1 }),
    createFixed: () =>
      xgboost({ library: libraries.xgboost, nthread: 1, num_boost_round: 10, eta: 0.2, max_depth: 4 }),
    features: ["dense", "sparse"],
    followsQuestion: true,
    ignoresRowLength: false,
    pullsToMean: false,
  });
  rewardModelContract("the original LightGBM", {
    create: () =>
      lightgbm({ library: libraries.lightgbm, num_threads: 1, num_iterations: 40, min_data_in_leaf: 10 }),
    createFixed: () =>
      lightgbm({
        library: libraries.lightgbm,
        num_threads: 1,
        num_iterations: 10,
        num_leaves: 7,
        min_data_in_leaf: 5,
      }),
    features: ["dense"],
    followsQuestion: true,
    ignoresRowLength: false,
    pullsToMean: false,
  });
}
