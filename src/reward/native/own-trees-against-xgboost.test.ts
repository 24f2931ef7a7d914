import { expect, test } from "vitest";
import {
  findBoostingLibraries,
  requireBoostingLibraries,
} from "../../../test/support/fetch-boosting-libraries.ts";
import { EXAMPLE_PLAN, exampleProblem } from "../../../test/support/reward/example-problem.ts";
import type { DenseFeatures } from "../../types/index.ts";
import { binQueries } from "../gbdt/binning.ts";
import { trainBooster } from "../gbdt/booster.ts";
import { meanLoss } from "../gbdt/loss.ts";
import { GbdtScorer } from "../gbdt/scorer.ts";
import { xgboostSetup } from "./native-options.ts";
import { pairRows } from "./pair-rows.ts";
import { xgboostTrainer } from "./xgboost-trainer.ts";

const found = await findBoostingLibraries();
const ROUNDS = 20;
const LEVELS = 60;

/** Values on few levels, so that both trainers have the same bins. */
function onLevels(features: DenseFeatures): DenseFeatures {
  const values = features.values.map((value) =>
    Math.max(0, Math.min(LEVELS - 1, Math.round(value * 10 + LEVELS / 2))),
  );
  return { ...features, values };
}

const CASES = [
  { name: "all pairs of six prompts", queries: 400, prompts: 6, fill: 1 },
  { name: "a third of the pairs of four prompts", queries: 700, prompts: 4, fill: 1 / 3 },
];

for (const { name, queries, prompts, fill } of CASES)
  test(`${name}: after 20 rounds the training loss of XGBoost hist, and the same first split`, async (context) => {
    const trainer = await xgboostTrainer(requireBoostingLibraries(context, found).xgboost);
    const problem = exampleProblem(queries, prompts, 20, { fill, seed: 3 });
    const x = onLevels(problem.queries);
    const z = onLevels(problem.prompts);
    const { rewards } = problem;
    for (const eta of [0.3, 0.05]) {
      const own = await trainBooster(
        { queries: binQueries(x, 256), prompts: z, rewards },
        { ...EXAMPLE_PLAN, rounds: ROUNDS, learningRate: eta },
      );
      const { parameters } = xgboostSetup({ eta, max_depth: 6, base_score: 0.5, seed: 1, nthread: 1 });
      const questions = Int32Array.from({ length: queries }, (_, row) => row);
      const file = await trainer.train(
        pairRows(x, z, rewards, questions, "rate"),
        parameters,
        ROUNDS,
        async () => {},
      );
      const theirs = trainer.read(file, {
        queryColumns: x.columns,
        promptColumns: z.columns,
      });
      const scorer = new GbdtScorer(theirs);
      const loss = meanLoss("binary:logistic", scorer.score(x, scorer.prepare(z)), rewards);
      expect(own.model.trees[0]!.feature[0]).toBe(theirs.trees[0]!.feature[0]);
      expect(Math.abs(own.trainLoss - loss) / loss).toBeLessThan(1e-4);
    }
  });
