import { describe, expect, test } from "vitest";
import { ConfigError } from "../../errors.ts";
import { depthwiseSetup, leafwiseSetup } from "./gbdt-options.ts";
import { type LightgbmParameters, lightgbmPlan } from "./lightgbm-parameters.ts";
import { XGBOOST_PRESETS, type XgboostParameters, xgboostPlan } from "./xgboost-parameters.ts";

test("the defaults are the libraries'", () => {
  expect(xgboostPlan()).toMatchObject({
    learningRate: 0.3,
    maxDepth: 6,
    lambda: 1,
    minChildWeight: 1,
    minSplitGain: 0,
    maxBin: 256,
    growth: "depthwise",
  });
  expect(lightgbmPlan()).toMatchObject({
    learningRate: 0.1,
    maxLeaves: 31,
    maxDepth: 0,
    lambda: 0,
    minChildWeight: 1e-3,
    rounds: 100,
    growth: "leafwise",
  });
});

test("presets are starting points", () => {
  expect(xgboostPlan(XGBOOST_PRESETS.paper)).toMatchObject({
    rounds: 2000,
    learningRate: 0.001,
    maxDepth: 10,
  });
  expect(depthwiseSetup({ preset: "paper", eta: 0.01 }).plan).toMatchObject({
    rounds: 2000,
    learningRate: 0.01,
  });
  expect(depthwiseSetup().plan).toMatchObject({ rounds: 40, learningRate: 0.05, maxDepth: 10 });
});

describe("refused, by name", () => {
  test.each<[string, unknown]>([
    ["eta", { eta: 0 }],
    ["eta", { eta: 1.5 }],
    ["eta", { eta: Number.NaN }],
    ["max_depth", { max_depth: 2.5 }],
    ["max_bin", { max_bin: 257 }],
    ["subsample", { subsample: 0 }],
    ["base_score", { base_score: 1 }],
    ["objective", { objective: "rank:pairwise" }],
    ["learning_rate", { learning_rate: 0.1 }],
    ["seed", { seed: "1" }],
  ])("XGBoost's %s", (name, parameters) => {
    const plan = () => xgboostPlan(parameters as XgboostParameters);
    expect(plan).toThrow(ConfigError);
    expect(plan).toThrow(name);
  });

  test.each<[string, unknown]>([
    ["num_leaves", { num_leaves: 1 }],
    ["feature_fraction", { feature_fraction: 1.1 }],
    ["min_data_in_leaf", { min_data_in_leaf: 20 }],
    ["lambda_l2", { lambda_l2: -1 }],
  ])("LightGBM's %s", (name, parameters) => {
    const plan = () => lightgbmPlan(parameters as LightgbmParameters);
    expect(plan).toThrow(ConfigError);
    expect(plan).toThrow(name);
  });

  test("a name another library has for it, with the one it has here", () => {
    expect(() => xgboostPlan({ learning_rate: 0.1, reg_lambda: 2 } as XgboostParameters)).toThrow(
      /"learning_rate" is called "eta" here; "reg_lambda" is called "lambda" here/u,
    );
    expect(() => lightgbmPlan({ n_estimators: 9, tree_learner: "serial" } as LightgbmParameters)).toThrow(
      /"n_estimators" is called "num_iterations" here; "tree_learner" is not known here/u,
    );
  });

  test("options of the reward models", () => {
    expect(() => depthwiseSetup({ preset: "slow" as "fast" })).toThrow(/preset/);
    expect(() => leafwiseSetup({ workers: 0 })).toThrow(/workers/);
  });
});
