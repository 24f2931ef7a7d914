import { expect, test } from "vitest";
import {
  findBoostingLibraries,
  requireBoostingLibraries,
} from "../../../test/support/fetch-boosting-libraries.ts";
import { rewardModelContract } from "../reward-model-contract.ts";
import { lightgbm, xgboost } from "./native-reward-model.ts";

const found = await findBoostingLibraries();

test("the original libraries are there", (context) => {
  expect(requireBoostingLibraries(context, found)).toBeDefined();
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
