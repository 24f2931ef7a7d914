import { expect, test } from "vitest";
import { contractLog } from "../../../test/support/reward/contract-log.ts";
import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { pickRows } from "../../kernels/index.ts";
import type { FeatureMatrix } from "../../types/index.ts";
import type { RewardTraining } from "../reward-model.ts";
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

/** The same log with some prompts only, in that order. */
function withPrompts(training: RewardTraining, columns: readonly number[]): RewardTraining {
  const { rewards } = training;
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: rewards.queries * columns.length }, (_, cell) => {
      const row = Math.floor(cell / columns.length);
      return values[row * rewards.prompts + columns[cell % columns.length]!]!;
    });
  return {
    ...training,
    prompts: pickRows(training.prompts as FeatureMatrix, Int32Array.from(columns)),
    rewards: {
      queries: rewards.queries,
      prompts: columns.length,
      successes: pick(rewards.successes),
      trials: pick(rewards.trials),
    },
  };
}

test.each(["complete", "partial"] as const)(
  "%s log: fits that share work are those made alone",
  async (labels) => {
    const { training } = contractLog({ features: "sparse", labels, seed: 21 });
    const options = { landmarks: 20 };
    const shared = kernelRidge(options);
    for (const columns of [[0, 1, 2, 3], [1, 3], [2], [0, 1, 2, 3]]) {
      const subset = withPrompts(training, columns);
      const one = await shared.fit(subset);
      const other = await kernelRidge(options).fit(subset);
      expect(one.candidates).toEqual(other.candidates);
      const all = [...one.candidates.keys()];
      expect((await one.assemble(all)).predict(training.queries)).toEqual(
        (await other.assemble(all)).predict(training.queries),
      );
    }
  },
);
