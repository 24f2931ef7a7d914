import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXAMPLE_COLUMNS, flattenPairs } from "../../../../test/support/reward/example-pairs.ts";
import { EXAMPLE_PLAN, exampleProblem } from "../../../../test/support/reward/example-problem.ts";
import { ConfigError, ModelFileError } from "../../../errors.ts";
import { binQueries } from "../binning.ts";
import { trainBooster } from "../booster.ts";
import type { BoosterModel } from "../booster-model.ts";
import { restoreBooster, saveBooster } from "../model-state.ts";
import { readLightgbmModel } from "./lightgbm-reader.ts";
import { writeLightgbmModel } from "./lightgbm-writer.ts";
import { readXgboostModel } from "./xgboost-reader.ts";
import { writeXgboostModel } from "./xgboost-writer.ts";

const COLUMNS = { queryColumns: EXAMPLE_COLUMNS, promptColumns: EXAMPLE_COLUMNS };
const problem = exampleProblem(60, 5, EXAMPLE_COLUMNS);
const { model } = await trainBooster(
  { ...problem, queries: binQueries(problem.queries, 256) },
  { ...EXAMPLE_PLAN, rounds: 3, maxDepth: 3 },
);

const FORMATS: readonly [string, Uint8Array, (file: Uint8Array) => BoosterModel][] = [
  ["XGBoost's JSON", writeXgboostModel(model, "json"), (file) => readXgboostModel(file, COLUMNS)],
  ["XGBoost's UBJSON", writeXgboostModel(model, "ubj"), (file) => readXgboostModel(file, COLUMNS)],
  ["LightGBM's text", writeLightgbmModel(model), (file) => readLightgbmModel(file, COLUMNS)],
];

/** Refused by name, or a whole model: one the package's own strict reader takes, and that scores. */
function expectRefusedOrWhole(read: () => BoosterModel): "refused" | "whole" {
  let found: BoosterModel;
  try {
    found = read();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    return "refused";
  }
  restoreBooster({ kind: "x", ...saveBooster(found) });
  for (const value of flattenPairs(found, problem).ours) expect(Number.isNaN(value)).toBe(false);
  return "whole";
}

describe.each(FORMATS)("%s", (_, file, read) => {
  test("cut off anywhere is refused", () => {
    for (let length = 0; length < file.length; length += 1 + Math.floor(length / 50))
      expectRefusedOrWhole(() => read(file.subarray(0, length)));
    const torn = Math.floor(file.length / 2);
    expect(() => read(file.subarray(0, torn))).toThrow(ModelFileError);
  });

  test("with any bytes changed is refused or a whole model", () => {
    const outcomes = { refused: 0, whole: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const damaged = file.slice();
          for (const [at, byte] of changes) damaged[at] = byte;
          outcomes[expectRefusedOrWhole(() => read(damaged))]++;
        },
      ),
      { numRuns: 400, seed: 1 },
    );
    expect(outcomes.refused).toBeGreaterThan(20);
    expect(outcomes.whole).toBeGreaterThan(20);
  });

  test("of other features is refused, saying how many", () => {
    const readAs = (queryColumns: number): BoosterModel =>
      (file === FORMATS[2]![1] ? readLightgbmModel : readXgboostModel)(file, { ...COLUMNS, queryColumns });
    expect(() => readAs(6)).toThrow(/14 features.*13/u);
    expect(() => readAs(6)).toThrow(ModelFileError);
    expect(() => readAs(-1)).toThrow(ConfigError);
    expect(() => readAs(1.5)).toThrow(ConfigError);
  });
});

describe("XGBoost's JSON", () => {
  const text = new TextDecoder().decode(FORMATS[0]![1]);
  const changed = (change: (document: ReturnType<typeof JSON.parse>) => void): Uint8Array => {
    const document = JSON.parse(text);
    change(document);
    return new TextEncoder().encode(JSON.stringify(document));
  };
  type Change = (parts: {
    learner: ReturnType<typeof JSON.parse>;
    booster: ReturnType<typeof JSON.parse>;
    tree: ReturnType<typeof JSON.parse>;
  }) => void;

  test.each<[string, Change, RegExp]>([
    ["no learner's objective", ({ learner }) => delete learner.objective, /"learner" has no "objective"/u],
    ["a list for a tree", ({ booster }) => (booster.model.trees[0] = []), /trees\[0\]" is a list/u],
    ["fewer groups than trees", ({ booster }) => booster.model.tree_info.pop(), /tree_info" has 2 entries/u],
    ["several groups", ({ booster }) => (booster.model.tree_info[1] = 1), /several groups/u],
    ["two targets", ({ learner }) => (learner.learner_model_param.num_target = "2"), /2 targets/u],
    ["vector leaves", ({ tree }) => (tree.tree_param.size_leaf_vector = "3"), /leaves of 3 values/u],
    ["a categorical split", ({ tree }) => (tree.split_type[0] = 1), /a categorical split in tree 0/u],
    ["a loop", ({ tree }) => (tree.left_children[1] = 0), /node 1 has the child 0/u],
    ["a child of two", ({ tree }) => (tree.right_children[0] = tree.left_children[0]), /has the child/u],
    ["a child that is not there", ({ tree }) => (tree.right_children[0] = 999), /the child 999/u],
    ["an unknown feature", ({ tree }) => (tree.split_indices[0] = 14), /feature 14/u],
    ["a fractional feature", ({ tree }) => (tree.split_indices[0] = 1.5), /holds 1.5 at 0/u],
    ["a word as threshold", ({ tree }) => (tree.split_conditions[0] = "1"), /holds "1" at 0/u],
    ["no nodes", ({ tree }) => (tree.tree_param.num_nodes = "0"), /no nodes/u],
    ["many nodes", ({ tree }) => (tree.tree_param.num_nodes = "9999999999"), /entries; expected 9999999999/u],
    [
      "two base scores",
      ({ learner }) => (learner.learner_model_param.base_score = "[5E-1,5E-1]"),
      /one number/u,
    ],
    [
      "half a vector of base scores",
      ({ learner }) => (learner.learner_model_param.base_score = "[5E-1"),
      /one number/u,
    ],
    [
      "a base score above 1",
      ({ learner }) => (learner.learner_model_param.base_score = "[2E0]"),
      /a probability/u,
    ],
    [
      "a certain base score",
      ({ learner }) => (learner.learner_model_param.base_score = "1E0"),
      /a probability/u,
    ],
    [
      "a hardly possible base score",
      ({ learner }) => (learner.learner_model_param.base_score = "1E-40"),
      /a finite margin/u,
    ],
    ["a ranking", ({ learner }) => (learner.objective.name = "rank:ndcg"), /objective "rank:ndcg"/u],
  ])("with %s is refused, saying so", (_, change, message) => {
    const file = changed((document) => {
      const { learner } = document;
      const booster = learner.gradient_booster;
      change({ learner, booster, tree: booster.model.trees[0] });
    });
    expect(() => readXgboostModel(file, COLUMNS)).toThrow(message);
    expect(() => readXgboostModel(file, COLUMNS)).toThrow(ModelFileError);
  });

  test("a long chain of splits that part nothing is walked, not recursed into", () => {
    const inner = 60_000;
    const nodes = 2 * inner + 1;
    const list = (of: (node: number) => number): number[] =>
      Array.from({ length: nodes }, (_, node) => of(node));
    const file = changed(({ learner }) => {
      const { trees, tree_info } = learner.gradient_booster.model;
      trees.length = tree_info.length = 1;
      Object.assign(trees[0], {
        left_children: list((node) => (node < inner ? node + 1 : -1)),
        right_children: list((node) => (node < inner ? node + inner + 1 : -1)),
        split_indices: list(() => 0),
        split_conditions: list((node) => (node < inner ? 1e39 : 0.25)),
        split_type: list(() => 0),
      });
      for (const name of ["base_weights", "loss_changes", "sum_hessian"]) trees[0][name] = list(() => 0);
      trees[0].tree_param.num_nodes = String(nodes);
    });
    const { trees } = readXgboostModel(file, COLUMNS);
    expect(Array.from(trees[0]!.value)).toEqual([0.25]);
  });

  test("the old binary format and other texts are told apart", () => {
    const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
    expect(() => readXgboostModel(bytes("binf\u0000\u0001"), COLUMNS)).toThrow(/old binary format/u);
    expect(() => readXgboostModel(bytes("tree\nversion=v4\n"), COLUMNS)).toThrow(/neither JSON nor UBJSON/u);
    expect(() => readXgboostModel(bytes("{}"), COLUMNS)).toThrow(/no "learner"/u);
    expect(() => readXgboostModel(bytes("[1]"), COLUMNS)).toThrow(ModelFileError);
    expect(() => readXgboostModel(new Uint8Array(), COLUMNS)).toThrow(ModelFileError);
  });
});

describe("LightGBM's text", () => {
  const text = new TextDecoder().decode(FORMATS[2]![1]);
  test.each<[string, RegExp | string, string, RegExp]>([
    ["another layout", "version=v4", "version=v9", /layout v9/u],
    ["a random forest", "label_index=0", "label_index=0\naverage_output", /random forest/u],
    ["classes", "num_class=1", "num_class=3", /3 classes/u],
    ["trees at once", "num_tree_per_iteration=1", "num_tree_per_iteration=2", /2 trees an iteration/u],
    ["linear leaves", "is_linear=0", "is_linear=1", /linear leaves \(Tree 0/u],
    ["categories", "num_cat=0", "num_cat=1", /categorical split \(Tree 0/u],
    ["a categorical decision", /decision_type=2/u, "decision_type=1", /categorical split/u],
    ["an unknown decision", /decision_type=2/u, "decision_type=64", /decision type 64/u],
    ["a negative sigmoid", "sigmoid:1", "sigmoid:-1", /objective "binary sigmoid:-1"/u],
    ["a missing tree", "Tree=1", "Tree=2", /"Tree=2" stands where "Tree=1"/u],
    ["a wrong number of trees", /tree_sizes=\d+ /u, "tree_sizes=", /names 2 trees/u],
    ["no leaves", /num_leaves=\d+/u, "num_leaves=0", /0 leaves/u],
    ["endless leaves", /num_leaves=\d+/u, "num_leaves=999999999", /999999999 leaves/u],
    ["a NaN threshold", /threshold=\S+/u, "threshold=nan", /holds "nan" in "threshold"/u],
    ["an infinite leaf", /leaf_value=\S+/u, "leaf_value=inf", /holds Infinity/u],
    ["a loop", /left_child=\S+/u, "left_child=0", /has the child 0/u],
    ["no end", "end of trees", "", /"end of trees" is missing/u],
  ])("with %s is refused, saying so", (_, from, to, message) => {
    const damaged = text.replace(from, to);
    expect(damaged).not.toBe(text);
    const file = new TextEncoder().encode(damaged);
    expect(() => readLightgbmModel(file, COLUMNS)).toThrow(message);
    expect(() => readLightgbmModel(file, COLUMNS)).toThrow(ModelFileError);
  });

  test("with Windows line ends reads the same", () => {
    const file = new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
    expect(readLightgbmModel(file, COLUMNS)).toEqual(readLightgbmModel(FORMATS[2]![1], COLUMNS));
  });
});
