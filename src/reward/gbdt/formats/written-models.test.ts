import { describe, expect, test } from "vitest";
import { predictWithLightgbm, predictWithXgboost } from "../../../../test/support/boosting-predictions.ts";
import {
  findBoostingLibraries,
  requireBoostingLibraries,
} from "../../../../test/support/fetch-boosting-libraries.ts";
import {
  EXAMPLE_COLUMNS,
  edgeFeatures,
  type FlatPairs,
  flattenPairs,
  largestDifference,
} from "../../../../test/support/reward/example-pairs.ts";
import { EXAMPLE_PLAN, exampleProblem } from "../../../../test/support/reward/example-problem.ts";
import type { DenseFeatures } from "../../../types/index.ts";
import { binQueries } from "../binning.ts";
import { trainBooster } from "../booster.ts";
import type { BoosterModel } from "../booster-model.ts";
import type { TrainingPlan } from "../training-plan.ts";
import { foldMargin } from "./fold-margin.ts";
import { readLightgbmModel } from "./lightgbm-reader.ts";
import { writeLightgbmModel } from "./lightgbm-writer.ts";
import { readXgboostModel } from "./xgboost-reader.ts";
import { writeXgboostModel } from "./xgboost-writer.ts";

const found = await findBoostingLibraries();
const COLUMNS_OF_BOTH = { queryColumns: EXAMPLE_COLUMNS, promptColumns: EXAMPLE_COLUMNS };
const problem = exampleProblem(160, 6, EXAMPLE_COLUMNS, { fill: 0.7, repeats: 3 });
/** Marks what is missing; the scorer here takes no NaN. */
const GAP = 12345;

describe("models trained here predict the same in the libraries", () => {
  const plans: Readonly<Record<string, Partial<TrainingPlan>>> = {
    "level by level": { rounds: 30, maxDepth: 6 },
    "leaf by leaf": { rounds: 30, growth: "leafwise", maxDepth: 0, maxLeaves: 15, baseScore: "mean" },
    "squared error": { rounds: 30, objective: "reg:squarederror", baseScore: "mean" },
    "a small learning rate": { rounds: 300, learningRate: 0.01, maxDepth: 4 },
    "trees of one leaf": { rounds: 3, minSplitGain: 1e6 },
  };
  const subjects: [string, () => Promise<BoosterModel>][] = Object.entries(plans).map(([name, plan]) => [
    name,
    async () => {
      const data = { ...problem, queries: binQueries(problem.queries, 256) };
      return (await trainBooster(data, { ...EXAMPLE_PLAN, ...plan })).model;
    },
  ]);
  for (const baseScore of [0.3, 0.999])
    subjects.push([
      `no trees, base score ${baseScore}`,
      async () => ({ objective: "binary:logistic", ...COLUMNS_OF_BOTH, baseScore, trees: [] }),
    ]);

  subjects.push([
    "an extreme base score, brought back by a tree",
    async () => ({
      objective: "binary:logistic",
      ...COLUMNS_OF_BOTH,
      baseScore: 0.9999,
      trees: [...foldMargin([], -9)],
    }),
  ]);

  test.for(subjects)("%s", async ([_, train], context) => {
    const model = await train();
    const files = [writeXgboostModel(model, "json"), writeXgboostModel(model, "ubj")];
    const text = writeLightgbmModel(model);
    const evaluated = [problem, exampleProblem(50, 9, EXAMPLE_COLUMNS, { seed: 4 }), edgeFeatures(model)];
    const expected = evaluated.map((pairs) => flattenPairs(model, pairs));
    const hasSplits = model.trees.some(({ feature }) => feature.length > 1);
    expect(new Set(expected[0]!.ours).size > 10).toBe(hasSplits);
    // First read again by ourselves.
    evaluated.forEach((pairs, index) => {
      const { ours } = expected[index]!;
      for (const file of files) {
        const again = readXgboostModel(file, COLUMNS_OF_BOTH);
        expect(largestDifference(flattenPairs(again, pairs).ours, ours)).toBeLessThan(1e-6);
      }
      const again = readLightgbmModel(text, COLUMNS_OF_BOTH);
      expect(largestDifference(flattenPairs(again, pairs).ours, ours)).toBeLessThan(1e-12);
    });
    const { xgboost, lightgbm } = requireBoostingLibraries(context, found);
    for (const { features, ours } of expected) {
      for (const file of files)
        expect(largestDifference(predictWithXgboost(xgboost, file, features), ours)).toBeLessThan(1e-6);
      expect(largestDifference(predictWithLightgbm(lightgbm, text, features), ours)).toBeLessThan(1e-12);
    }
  });

  test("where values are missing, as if they were 0", async (context) => {
    const { xgboost, lightgbm } = requireBoostingLibraries(context, found);
    const data = { ...problem, queries: binQueries(problem.queries, 256) };
    const { model } = await trainBooster(data, { ...EXAMPLE_PLAN, rounds: 20 });
    const gap = (features: DenseFeatures, value: number): DenseFeatures => ({
      ...features,
      values: features.values.map((own, entry) => (entry % 3 === 0 ? value : own)),
    });
    const withGaps = (value: number): FlatPairs =>
      flattenPairs(model, { queries: gap(problem.queries, value), prompts: gap(problem.prompts, value) });
    const marked = withGaps(GAP).features;
    const values = marked.values.map((value) => (value === GAP ? Number.NaN : value));
    const features = { ...marked, values };
    const { ours } = withGaps(0);
    for (const file of [writeXgboostModel(model, "json"), writeXgboostModel(model, "ubj")])
      expect(largestDifference(predictWithXgboost(xgboost, file, features), ours)).toBeLessThan(1e-6);
    const text = writeLightgbmModel(model);
    expect(largestDifference(predictWithLightgbm(lightgbm, text, features), ours)).toBeLessThan(1e-12);
  });
});
