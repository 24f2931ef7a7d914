import { expect, test } from "vitest";
import { contractLog } from "../../../test/support/reward/contract-log.ts";
import { fitAll } from "../../../test/support/reward/fit-all.ts";
import { ModelFileError, ShapeError, UsageError } from "../../errors.ts";
import { createRewardModel, restoreRewardModel } from "../create-reward-model.ts";
import { readXgboostModel } from "./formats/xgboost-reader.ts";
import { writeXgboostModel } from "./formats/xgboost-writer.ts";
import { getBooster, rewardModelFromTrees } from "./reward-model-from-trees.ts";

const { training, freshQueries } = contractLog({ features: "dense", labels: "complete", seed: 4 });

test("trees written and read again make a reward model that predicts the same", async () => {
  const { model } = await fitAll(createRewardModel("gbdt-depthwise"), training);
  const file = writeXgboostModel(getBooster(model), "ubj");
  const booster = readXgboostModel(file, {
    queryColumns: training.queries.columns,
    promptColumns: training.prompts.columns,
  });
  const foreign = rewardModelFromTrees({ kind: "xgboost", booster, prompts: training.prompts });
  expect(foreign.kind).toBe("xgboost");
  expect(foreign.prompts).toBe(training.prompts.rows);
  const expected = model.predict(freshQueries);
  foreign.predict(freshQueries).forEach((value, entry) => {
    expect(Math.abs(value - expected[entry]!)).toBeLessThan(1e-6);
  });
  const restored = restoreRewardModel(foreign.save());
  expect(restored.kind).toBe("xgboost");
  expect(restored.predict(freshQueries)).toEqual(foreign.predict(freshQueries));
});

test("refuses prompts of another width, none at all, and models without trees", async () => {
  const { model } = await fitAll(createRewardModel("gbdt-depthwise"), training);
  const booster = getBooster(model);
  const prompts = { kind: "dense", rows: 1, columns: 9, values: new Float32Array(9) } as const;
  expect(() => rewardModelFromTrees({ kind: "xgboost", booster, prompts })).toThrow(ShapeError);
  const none = { ...prompts, rows: 0, columns: 3, values: new Float32Array() };
  expect(() => rewardModelFromTrees({ kind: "xgboost", booster, prompts: none })).toThrow(ShapeError);
  const { model: means } = await fitAll(createRewardModel("prompt-mean"), training);
  expect(() => getBooster(means)).toThrow(UsageError);
  const damaged = { ...model, save: () => ({ ...model.save(), arrays: {} }) };
  expect(() => getBooster(damaged)).toThrow(ModelFileError);
});
