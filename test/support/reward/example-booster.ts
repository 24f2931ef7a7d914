import { binQueries } from "../../../src/reward/gbdt/binning.ts";
import { trainBooster } from "../../../src/reward/gbdt/booster.ts";
import type { BoosterModel } from "../../../src/reward/gbdt/booster-model.ts";
import { EXAMPLE_COLUMNS, flattenPairs } from "./example-pairs.ts";
import { EXAMPLE_PLAN, exampleProblem } from "./example-problem.ts";

/** A few small trees, and what trees like them say of the questions they were grown on. */
export async function exampleBooster(): Promise<{
  readonly model: BoosterModel;
  score(found: BoosterModel): readonly number[];
}> {
  const problem = exampleProblem(60, 5, EXAMPLE_COLUMNS);
  const plan = { ...EXAMPLE_PLAN, rounds: 3, maxDepth: 3 };
  const { model } = await trainBooster({ ...problem, queries: binQueries(problem.queries, 256) }, plan);
  return { model, score: (found) => [...flattenPairs(found, problem).ours] };
}
