import { expect, test } from "vitest";
import { ConfigError } from "../../errors.ts";
import { type LightgbmOptions, lightgbmSetup, type XgboostOptions, xgboostSetup } from "./native-options.ts";

test("XGBoost's presets are those of the gbdt models, and parameters keep their names", () => {
  const paper = xgboostSetup({ preset: "paper", lambda: 2, nthread: 1 });
  expect(paper.plan.rounds).toBe(2000);
  expect(Object.fromEntries(paper.parameters)).toMatchObject({
    objective: "binary:logistic",
    eta: 0.001,
    max_depth: 10,
    lambda: 2,
    nthread: 1,
    tree_method: "hist",
  });
  expect(xgboostSetup().plan.rounds).toBe(40);
  const lossguide = xgboostSetup({ tree_method: "exact", grow_policy: "lossguide" }).parameters;
  expect([lossguide.get("tree_method"), lossguide.get("grow_policy")]).toEqual(["exact", "lossguide"]);
});

test("LightGBM's defaults are its own, and it samples in every round", () => {
  const { plan, parameters } = lightgbmSetup({ bagging_fraction: 0.5 });
  expect(plan.rounds).toBe(100);
  expect(Object.fromEntries(parameters)).toMatchObject({
    objective: "binary",
    learning_rate: 0.1,
    num_leaves: 31,
    max_depth: -1,
    min_data_in_leaf: 20,
    bagging_fraction: 0.5,
    bagging_freq: 1,
  });
  expect(lightgbmSetup().parameters.get("bagging_freq")).toBe(0);
});

test.each<[string, () => unknown]>([
  ["XGBoost, unknown", () => xgboostSetup({ max_dept: 3 } as XgboostOptions)],
  ["XGBoost, out of range", () => xgboostSetup({ nthread: -1 })],
  ["XGBoost, another method", () => xgboostSetup({ tree_method: "gpu_hist" } as unknown as XgboostOptions)],
  ["XGBoost, early stopping", () => xgboostSetup({ early_stopping_rounds: 5 } as XgboostOptions)],
  ["LightGBM, unknown", () => lightgbmSetup({ leaves: 3 } as LightgbmOptions)],
  ["LightGBM, out of range", () => lightgbmSetup({ min_data_in_leaf: -1 })],
  ["LightGBM, early stopping", () => lightgbmSetup({ early_stopping_round: 5 } as LightgbmOptions)],
])("%s is refused", (_, setup) => {
  expect(setup).toThrow(ConfigError);
});
