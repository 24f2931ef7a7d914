import { expect, test } from "vitest";
import { contractLog } from "../../test/support/reward/contract-log.ts";
import { fitAll } from "../../test/support/reward/fit-all.ts";
import { seededRandom } from "../util/index.ts";
import { leastContrastLoss } from "./contrast-loss.ts";
import { crossFitted } from "./cross-fitted.ts";
import { kernelRidge } from "./kernel-ridge/kernel-ridge.ts";
import { nearestNeighbors } from "./nearest-neighbors/nearest-neighbors.ts";

test("a fold is predicted as the other folds choose, whatever its own labels would choose", () => {
  // Prompt 1 beats the fixed prompt 0 on the questions of fold 0, and loses on those of folds 1 and 2.
  const folds = Int32Array.of(0, 0, 1, 1, 2, 2);
  const gains = [1, 1, -1, -1, -1, -1];
  const rewards = {
    queries: 6,
    prompts: 2,
    successes: Float64Array.from(gains.flatMap((gain) => [gain < 0 ? 1 : 0, gain > 0 ? 1 : 0])),
    trials: new Float64Array(12).fill(1),
  };
  const first = Float64Array.from(gains.flatMap(() => [0.4, 0.6]));
  const second = Float64Array.from(gains.flatMap(() => [0.6, 0.4]));
  const means = Float64Array.of(0.5, 0.5);
  const predicted = crossFitted(
    rewards,
    folds,
    (visible) => [first, second][leastContrastLoss(visible, [first, second], 0, means)]!,
  );
  expect([...predicted.subarray(0, 4)]).toEqual([0.6, 0.4, 0.6, 0.4]);
  // Folds 1 and 2 see two questions for either side: of equals the first.
  expect([...predicted.subarray(4)]).toEqual([0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6]);
});

test.each([
  ["kernel ridge", kernelRidge],
  ["nearest neighbors", nearestNeighbors],
])("of rewards that are pure noise %s promises no more than luck", async (_name, model) => {
  // The mean reward of the out-of-fold choice, less that of a random one, over logs whose labels mean nothing.
  let excess = 0;
  let squares = 0;
  const logs = 40;
  for (let seed = 1; seed <= logs; seed++) {
    const { training } = contractLog({ features: "dense", labels: "complete", seed });
    const { queries, prompts } = training.rewards;
    const random = noise(seed);
    const rewards = {
      queries,
      prompts,
      successes: Float64Array.from({ length: queries * prompts }, () => random()),
      trials: new Float64Array(queries * prompts).fill(1),
    };
    const { outOfFold } = await fitAll(model(), { ...training, rewards });
    let gain = 0;
    for (let query = 0; query < queries; query++) {
      const row = outOfFold.subarray(query * prompts, (query + 1) * prompts);
      const own = rewards.successes.subarray(query * prompts, (query + 1) * prompts);
      gain += own[row.indexOf(Math.max(...row))]! - own.reduce((sum, value) => sum + value, 0) / prompts;
    }
    excess += gain / queries / logs;
    squares += (gain / queries) ** 2;
  }
  expect(excess).toBeLessThan((2 * Math.sqrt(squares / logs)) / Math.sqrt(logs));
});

/** 0 or 1 with equal chance. */
function noise(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Number(random.next() < 0.5);
}
