import { expect, test } from "vitest";
import { EXAMPLE_PLAN, exampleProblem } from "../../../test/support/reward/example-problem.ts";
import { runToCompletion } from "../../../test/support/reward/run-to-completion.ts";
import type { RewardMatrix } from "../../types/index.ts";
import { seededRandom } from "../../util/index.ts";
import { binQueries } from "./binning.ts";
import { TreeTrainer } from "./tree-trainer.ts";

/**
 * Rounds whose gradients and hessians are set by hand: with margins of 0, a pair of n trials and s successes has
 * h = n/4 and g = n/2 - s. So hessians can grow while gradients stay, which is where bounds are most easily too low.
 */
function* handmadeRounds(queries: number, prompts: number, seed: number): Generator<RewardMatrix> {
  const random = seededRandom(seed);
  const pairs = queries * prompts;
  const gradients = Float64Array.from({ length: pairs }, () => random.nextNormal() * 0.4);
  const hessians = Float64Array.from({ length: pairs }, () => 0.2 + 0.2 * random.next());
  for (let round = 0; round < 60; round++) {
    const trials = hessians.map((hessian) => 4 * hessian);
    yield { queries, prompts, trials, successes: trials.map((count, pair) => count / 2 - gradients[pair]!) };
    const drift = [1e-4, 1e-3, 1e-2][round % 3]! * random.next();
    for (let pair = 0; pair < pairs; pair++) {
      gradients[pair]! += drift * random.nextNormal();
      // The hessians of half of the pairs grow or shrink by up to 3 %, those of the others hardly change.
      const growth =
        pair % 2 === 0 ? (round % 4 < 2 ? 0.03 : -0.03) * random.next() : 0.001 * random.nextNormal();
      hessians[pair]! *= 1 + growth;
    }
  }
}

test.each([
  [8, 1, 6],
  [10, 1, 1],
  [12, 1, 7],
  [14, 2, 2],
  [24, 2, 3],
  [40, 3, 4],
  [90, 2, 5],
])(
  "%i queries × %i prompts: carried bounds lead to the same trees whatever happens between rounds",
  (queries, prompts, seed) => {
    const problem = exampleProblem(queries, prompts, 60, { seed });
    const margins = new Float64Array(queries * prompts);
    let carried = 0;
    for (const minChildWeight of [0.6, 1, 1.7]) {
      const plan = { ...EXAMPLE_PLAN, maxDepth: 3, minChildWeight };
      const trainer = (kernels: "wasm" | "typescript", cacheBytes: number): TreeTrainer =>
        new TreeTrainer(binQueries(problem.queries, 256), problem.prompts, plan, {
          workers: 1,
          kernels,
          cacheBytes,
        });
      const full = trainer("typescript", 0);
      const lazy = [trainer("typescript", 1 << 22), trainer("wasm", 1 << 22)];
      let round = 0;
      for (const rewards of handmadeRounds(queries, prompts, seed)) {
        const expected = runToCompletion(full.grow(round, margins, rewards)).tree;
        for (const one of lazy)
          expect(runToCompletion(one.grow(round, margins, rewards)).tree).toEqual(expected);
        round++;
      }
      for (const one of lazy) carried += one.statistics.carried;
    }
    expect(carried).toBeGreaterThan(100);
  },
);
