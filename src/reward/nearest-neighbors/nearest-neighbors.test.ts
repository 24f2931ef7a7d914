import { expect, test } from "vitest";
import { contractLog } from "../../../test/support/reward/contract-log.ts";
import { fitAll } from "../../../test/support/reward/fit-all.ts";
import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { decodeStoredState, encodeStoredState } from "../../data/index.ts";
import { ConfigError } from "../../errors.ts";
import { restoreRewardModel } from "../create-reward-model.ts";
import { nearestNeighbors } from "./nearest-neighbors.ts";

rewardModelContract("nearest neighbors", {
  create: () => nearestNeighbors(),
  createFixed: () => nearestNeighbors({ neighbors: [15], priorQuestions: [4] }),
  features: ["sparse", "dense"],
  followsQuestion: true,
  ignoresRowLength: true,
});

test("a question is judged by its nearest neighbors, weighed against the prompt's mean", async () => {
  // Questions at angles 0, 10, 20 … degrees; one prompt, right on the first three.
  const angles = [0, 10, 20, 60, 70, 80].map((degrees) => (degrees * Math.PI) / 180);
  const queries = {
    kind: "dense" as const,
    rows: 6,
    columns: 2,
    values: Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])),
  };
  const { model, outOfFold } = await fitAll(nearestNeighbors({ neighbors: [2], priorQuestions: [1] }), {
    queries,
    prompts: { kind: "dense", rows: 1, columns: 1, values: Float32Array.of(1) },
    rewards: {
      queries: 6,
      prompts: 1,
      successes: Float64Array.from([2, 2, 2, 0, 0, 0]),
      trials: new Float64Array(6).fill(2),
    },
    groups: Int32Array.from([0, 1, 2, 3, 4, 5]),
    folds: new Int32Array(6),
    fixedColumn: 0,
    seed: 1,
  });
  // Pooled (6 + 1) / (12 + 2) = .5, so the prompt's mean is .5: (4 + 2 · .5) / (4 + 2) and (0 + 2 · .5) / (4 + 2).
  const scores = model.predict(queries);
  expect(scores[0]).toBeCloseTo(5 / 6, 12);
  expect(scores[5]).toBeCloseTo(1 / 6, 12);
  // Without question 0: 4 of 10 trials right, the pooled success (4 + 1) / 12, the mean (4 + 8 p) / 18.
  const mean = (4 + 8 * (5 / 12)) / 18;
  expect(outOfFold[0]).toBeCloseTo((4 + 2 * mean) / 6, 12);
});

test.each([-1e308, 1e308, -0.1, 1.1])("a stored mean of %f is refused on loading", async (mean) => {
  const { training } = contractLog({ features: "dense", labels: "complete", seed: 1 });
  const { model } = await fitAll(nearestNeighbors(), training);
  const state = structuredClone(model.save());
  state.arrays.means![0] = mean;
  // Sealed again, as somebody would who means harm.
  expect(() => restoreRewardModel(decodeStoredState(encodeStoredState(state)))).toThrow(
    /array "means" is .*; expected a number from 0 to 1/,
  );
});

test("options out of range are refused", () => {
  expect(() => nearestNeighbors({ neighbors: [0] })).toThrow(ConfigError);
  expect(() => nearestNeighbors({ neighbors: [] })).toThrow(ConfigError);
  expect(() => nearestNeighbors({ priorQuestions: [0] })).toThrow(ConfigError);
});
