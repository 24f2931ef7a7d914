import { describe, expect, test } from "vitest";
import {
  predictWithLightgbm,
  predictWithXgboost,
  resaveWithXgboost,
} from "../../../../test/support/boosting-predictions.ts";
import {
  findBoostingLibraries,
  requireBoostingLibraries,
} from "../../../../test/support/fetch-boosting-libraries.ts";
import {
  EXAMPLE_COLUMNS,
  edgeFeatures,
  flattenPairs,
  largestDifference,
} from "../../../../test/support/reward/example-pairs.ts";
import { exampleProblem } from "../../../../test/support/reward/example-problem.ts";
import { ModelFileError } from "../../../errors.ts";
import { lightgbmTrainer } from "../../native/lightgbm-trainer.ts";
import { lightgbmSetup, xgboostSetup } from "../../native/native-options.ts";
import type { NativeParameters, NativeTrainer } from "../../native/native-trainer.ts";
import { type PairRows, pairRows } from "../../native/pair-rows.ts";
import { xgboostTrainer } from "../../native/xgboost-trainer.ts";
import { foldMargin } from "./fold-margin.ts";
import { readLightgbmModel } from "./lightgbm-reader.ts";
import { readXgboostModel } from "./xgboost-reader.ts";
import { writeXgboostModel } from "./xgboost-writer.ts";

const found = await findBoostingLibraries();
const COLUMNS_OF_BOTH = { queryColumns: EXAMPLE_COLUMNS, promptColumns: EXAMPLE_COLUMNS };
const problem = exampleProblem(160, 6, EXAMPLE_COLUMNS, { fill: 0.7, repeats: 3 });
const everyQuestion = Int32Array.from({ length: problem.queries.rows }, (_, question) => question);
const rowsFor = (labels: "rate" | "binary"): PairRows =>
  pairRows(problem.queries, problem.prompts, problem.rewards, everyQuestion, labels);
const train = (trainer: NativeTrainer, parameters: NativeParameters, rows = rowsFor(trainer.labels)) =>
  trainer.train(rows, parameters, 30, async () => {});
const withParameters = (
  base: NativeParameters,
  parameters: Readonly<Record<string, string | number | boolean>>,
): NativeParameters => new Map([...base, ...Object.entries(parameters)]);
const xgboostBase = withParameters(xgboostSetup({ eta: 0.2, nthread: 1 }).parameters, {});
const lightgbmBase = withParameters(lightgbmSetup({ num_threads: 1, min_data_in_leaf: 3 }).parameters, {});
const evaluated = [problem, exampleProblem(60, 8, EXAMPLE_COLUMNS, { seed: 8 })];

describe("models trained by the libraries predict the same here", () => {
  test.for<[string, Readonly<Record<string, string | number>>]>([
    ["as the paper's", {}],
    ["exact", { tree_method: "exact", gamma: 0.5 }],
    ["leaf by leaf", { grow_policy: "lossguide", max_depth: 0, max_leaves: 12 }],
    ["squared error", { objective: "reg:squarederror" }],
    ["squared error from afar", { objective: "reg:squarederror", base_score: -3.25 }],
    ["logistic regression", { objective: "reg:logistic", base_score: 0.3 }],
    ["several trees a round", { num_parallel_tree: 3, subsample: 0.6 }],
    ["pruned to roots", { gamma: 1e6 }],
  ])("XGBoost, %s", async ([_, parameters], context) => {
    const { xgboost } = requireBoostingLibraries(context, found);
    const file = await train(await xgboostTrainer(xgboost), withParameters(xgboostBase, parameters));
    for (const variant of [file, resaveWithXgboost(xgboost, file, "json")]) {
      const model = readXgboostModel(variant, COLUMNS_OF_BOTH);
      for (const pairs of [...evaluated, edgeFeatures(model)]) {
        const { features, ours } = flattenPairs(model, pairs);
        expect(largestDifference(ours, predictWithXgboost(xgboost, file, features))).toBeLessThan(1e-6);
      }
    }
  });

  test.for<[string, Readonly<Record<string, string | number | boolean>>]>([
    ["as it is", {}],
    ["not from the average", { boost_from_average: false, num_leaves: 7 }],
    ["another sigmoid", { sigmoid: 2.5 }],
    ["squared error", { objective: "regression" }],
    ["pruned to roots", { min_gain_to_split: 1e6 }],
  ])("LightGBM, %s", async ([_, parameters], context) => {
    const { lightgbm } = requireBoostingLibraries(context, found);
    const file = await train(await lightgbmTrainer(lightgbm), withParameters(lightgbmBase, parameters));
    const model = readLightgbmModel(file, COLUMNS_OF_BOTH);
    for (const pairs of [...evaluated, edgeFeatures(model)]) {
      const { features, ours } = flattenPairs(model, pairs);
      expect(largestDifference(ours, predictWithLightgbm(lightgbm, file, features))).toBeLessThan(1e-12);
    }
  });

  test("XGBoost, from an extreme base score that a tree brings back", (context) => {
    const { xgboost } = requireBoostingLibraries(context, found);
    const halfway = { objective: "binary:logistic", ...COLUMNS_OF_BOTH, baseScore: 0.5 } as const;
    const written = writeXgboostModel({ ...halfway, trees: foldMargin([], -9) }, "json");
    for (const baseScore of ["9.999E-1", "[9.99E-1]", "1E-5", "[1E-8]", "[0E0]", "[1E0]"]) {
      const text = new TextDecoder().decode(written).replace('"5E-1"', `"${baseScore}"`);
      const file = new TextEncoder().encode(text);
      const { features, ours } = flattenPairs(readXgboostModel(file, COLUMNS_OF_BOTH), problem);
      expect(largestDifference(ours, predictWithXgboost(xgboost, file, features))).toBeLessThan(1e-6);
    }
  });

  test("with values missing in training", async (context) => {
    const { xgboost, lightgbm } = requireBoostingLibraries(context, found);
    const withGaps = (rows: PairRows): PairRows => ({
      ...rows,
      features: rows.features.map((value, entry) => (entry % 5 === 0 ? Number.NaN : value)),
    });
    const trees = await xgboostTrainer(xgboost);
    const file = await train(trees, xgboostBase, withGaps(rowsFor("rate")));
    const model = readXgboostModel(file, COLUMNS_OF_BOTH);
    const { features, ours } = flattenPairs(model, problem);
    expect(largestDifference(ours, predictWithXgboost(xgboost, file, features))).toBeLessThan(1e-6);
    const leaves = await lightgbmTrainer(lightgbm);
    const text = await train(leaves, lightgbmBase, withGaps(rowsFor("binary")));
    const other = flattenPairs(readLightgbmModel(text, COLUMNS_OF_BOTH), problem);
    expect(largestDifference(other.ours, predictWithLightgbm(lightgbm, text, other.features))).toBeLessThan(
      1e-12,
    );
  });
});

describe("what this package lacks is refused by name", () => {
  /** Labels 0, 1, 2 for several classes. */
  const threeClasses = (rows: PairRows): PairRows => ({
    ...rows,
    labels: rows.labels.map((_, row) => row % 3),
  });
  /** A first column of few whole numbers. */
  const categories = (rows: PairRows): PairRows => ({
    ...rows,
    features: rows.features.map((value, entry) =>
      entry % rows.columns === 0 ? Math.abs(Math.round(3 * value)) : value,
    ),
  });

  test.for<[string, Readonly<Record<string, string | number>>, (rows: PairRows) => PairRows, RegExp]>([
    ["dart", { booster: "dart" }, (rows) => rows, /booster "dart"/u],
    ["gblinear", { booster: "gblinear" }, (rows) => rows, /booster "gblinear"/u],
    ["several classes", { objective: "multi:softprob", num_class: 3 }, threeClasses, /3 classes/u],
    ["counts", { objective: "count:poisson" }, (rows) => rows, /objective "count:poisson"/u],
  ])("XGBoost's %s", async ([_, parameters, change, message], context) => {
    const trainer = await xgboostTrainer(requireBoostingLibraries(context, found).xgboost);
    const file = await train(
      trainer,
      withParameters(
        new Map([...xgboostBase].filter(([name]) => name !== "base_score" && name !== "max_leaves")),
        parameters,
      ),
      change(rowsFor("rate")),
    );
    expect(() => readXgboostModel(file, COLUMNS_OF_BOTH)).toThrow(message);
    expect(() => readXgboostModel(file, COLUMNS_OF_BOTH)).toThrow(ModelFileError);
  });

  test.for<
    [string, Readonly<Record<string, string | number | boolean>>, (rows: PairRows) => PairRows, RegExp]
  >([
    ["linear leaves", { linear_tree: true, objective: "regression" }, (rows) => rows, /linear leaves/u],
    [
      "random forests",
      { boosting: "rf", bagging_freq: 1, bagging_fraction: 0.5 },
      (rows) => rows,
      /random forest/u,
    ],
    ["several classes", { objective: "multiclass", num_class: 3 }, threeClasses, /3 classes/u],
    ["categorical splits", { categorical_feature: 0 }, categories, /categorical split/u],
    ["zeros as missing", { zero_as_missing: true }, categories, /zeros that count as missing/u],
    ["counts", { objective: "poisson" }, (rows) => rows, /objective "poisson"/u],
  ])("LightGBM's %s", async ([_, parameters, change, message], context) => {
    const trainer = await lightgbmTrainer(requireBoostingLibraries(context, found).lightgbm);
    const file = await train(trainer, withParameters(lightgbmBase, parameters), change(rowsFor("binary")));
    expect(() => readLightgbmModel(file, COLUMNS_OF_BOTH)).toThrow(message);
    expect(() => readLightgbmModel(file, COLUMNS_OF_BOTH)).toThrow(ModelFileError);
  });
});
