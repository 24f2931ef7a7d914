import { expect, test } from "vitest";
import { ConfigError, ModelFileError, UsageError } from "../errors.ts";
import {
  createRewardModel,
  REWARD_MODELS,
  type RewardModelKind,
  restoreRewardModel,
} from "./create-reward-model.ts";

test("every listed kind can be created and knows its name; the default stands first", () => {
  expect(REWARD_MODELS.map(({ kind }) => createRewardModel(kind).kind)).toEqual(
    REWARD_MODELS.map(({ kind }) => kind),
  );
  expect(REWARD_MODELS[0]?.kind).toBe("kernel-ridge");
});

test("options reach the model", () => {
  expect(() => createRewardModel("kernel-ridge", { penalties: [-1] })).toThrow(ConfigError);
});

test("an unknown kind is refused, also one every object has", () => {
  for (const kind of ["kernel", "constructor", "__proto__"]) {
    expect(() => createRewardModel(kind as RewardModelKind)).toThrow(UsageError);
    expect(() => restoreRewardModel({ kind, header: {}, arrays: {} })).toThrow(ModelFileError);
  }
});
