import { describe, expect, test } from "vitest";
import { contractLog } from "../../../test/support/reward/contract-log.ts";
import { pickRows } from "../../kernels/index.ts";
import type { RewardTraining } from "../reward-model.ts";
import { meanTrials, trialPatterns } from "../trial-patterns.ts";
import { kernelRidge } from "./kernel-ridge.ts";
import { resolveKernelRidgeOptions } from "./kernel-ridge-options.ts";
import { rememberedSolver } from "./remembered-solver.ts";

function log(labels: "complete" | "partial", seed = 5): RewardTraining {
  return contractLog({ features: "sparse", labels, seed, queries: 50 }).training;
}

/** The log with only some of its prompts. */
function withPrompts(training: RewardTraining, columns: readonly number[]): RewardTraining {
  const { queries, prompts } = training.rewards;
  const select = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: queries * columns.length }, (_, index) => {
      const query = Math.floor(index / columns.length);
      return values[query * prompts + columns[index % columns.length]!]!;
    });
  return {
    ...training,
    prompts: pickRows(training.prompts, Int32Array.from(columns)),
    rewards: {
      queries,
      prompts: columns.length,
      successes: select(training.rewards.successes),
      trials: select(training.rewards.trials),
    },
    fixedColumn: 0,
  };
}

describe.each(["complete", "partial"] as const)("a %s log", (labels) => {
  test("a model that has fitted other subsets before fits as a fresh one", async () => {
    const training = log(labels);
    const reused = kernelRidge();
    for (const columns of [[0], [1, 2], [0, 1, 2]]) {
      const subset = withPrompts(training, columns);
      const fromReused = await reused.fit(subset);
      const fromFresh = await kernelRidge().fit(subset);
      expect(fromReused.outOfFold).toEqual(fromFresh.outOfFold);
      expect(fromReused.model.predict(training.queries)).toEqual(fromFresh.model.predict(training.queries));
    }
  });
});

test("a reduction is made once for the same questions tried equally often, and anew for others", async () => {
  const solverFor = rememberedSolver(resolveKernelRidgeOptions({}));
  const build = (training: RewardTraining) => {
    const [pattern] = trialPatterns(training.rewards);
    const scale = meanTrials(training.rewards);
    return solverFor(training.queries, training.groups, [pattern!], 1).build(
      pattern!,
      pattern!.trials.map((trials) => trials / scale),
      async () => undefined,
    );
  };
  const training = log("complete");
  const first = await build(training);
  expect(await build(withPrompts(training, [1, 2]))).toBe(first);
  expect(await build(log("complete", 6))).not.toBe(first);
});
