import type { BoosterModel } from "../booster-model.ts";
import { toMargin } from "../loss.ts";
import type { Tree } from "../tree.ts";
import type { DocumentValue } from "./document-writer.ts";
import { foldMargin } from "./fold-margin.ts";
import { writeUbjson } from "./ubjson-writer.ts";
import { float32Text, writeXgboostJson } from "./xgboost-json-writer.ts";

/** XGBoost's two formats of a model. */
export type XgboostFormat = "json" | "ubj";

/** The layout written here: what 1.7 wrote, and everything since reads. */
const VERSION = [1, 7, 6];
/** XGBoost's parent of the root. */
const NO_PARENT = 2 ** 31 - 1;
/** Base scores XGBoost turns into a margin, in 32 bits, with an error that does not show in a probability. */
const SAFE_BASE_SCORE = [0.01, 0.99] as const;

/**
 * Writes a model for XGBoost 1.7 or newer (`Booster.load_model`). Its features are the query columns, then the
 * prompt columns. Leaves are rounded to 32 bits, as XGBoost keeps them. A value missing at prediction counts as 0.
 * @returns the content of a `.json` or `.ubj` file
 */
export function writeXgboostModel(model: BoosterModel, format: XgboostFormat): Uint8Array {
  const document = xgboostDocument(model);
  return format === "ubj" ? writeUbjson(document) : writeXgboostJson(document);
}

function xgboostDocument(model: BoosterModel): DocumentValue {
  const features = model.queryColumns + model.promptColumns;
  const { baseScore, margin } = splitBaseScore(model);
  const trees = foldMargin(model.trees, margin);
  return {
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length) },
          iteration_indptr: Array.from({ length: trees.length + 1 }, (_, tree) => tree),
          tree_info: trees.map(() => 0),
          trees: trees.map((tree, index) => treeDocument(tree, index, features)),
        },
        name: "gbtree",
      },
      learner_model_param: {
        base_score: float32Text(baseScore),
        boost_from_average: "0",
        num_class: "0",
        num_feature: String(features),
        num_target: "1",
      },
      objective: { name: model.objective, reg_loss_param: { scale_pos_weight: "1" } },
    },
    version: VERSION,
  };
}

/** The base score in 32 bits, and the margin it leaves to the trees. */
function splitBaseScore({ objective, baseScore }: BoosterModel): { baseScore: number; margin: number } {
  const [least, most] = SAFE_BASE_SCORE;
  const isSafe = objective === "reg:squarederror" || (baseScore >= least && baseScore <= most);
  const written = isSafe ? Math.fround(baseScore) : 0.5;
  return { baseScore: written, margin: toMargin(objective, baseScore) - toMargin(objective, written) };
}

function treeDocument(tree: Tree, id: number, features: number): DocumentValue {
  const { feature, threshold, left, value, gain, cover } = tree;
  const nodes = feature.length;
  const isLeaf = (node: number): boolean => feature[node]! < 0;
  const parents = new Int32Array(nodes).fill(NO_PARENT);
  for (let node = 0; node < nodes; node++)
    if (!isLeaf(node)) parents.fill(node, left[node]!, left[node]! + 2);
  return {
    base_weights: Float32Array.from(value),
    categories: new Int32Array(),
    categories_nodes: new Int32Array(),
    categories_segments: new BigInt64Array(),
    categories_sizes: new BigInt64Array(),
    default_left: Uint8Array.from(feature, (_, node) => (!isLeaf(node) && threshold[node]! > 0 ? 1 : 0)),
    id,
    left_children: left,
    loss_changes: gain,
    parents,
    right_children: left.map((child) => (child < 0 ? -1 : child + 1)),
    split_conditions: threshold.map((cut, node) => (isLeaf(node) ? value[node]! : cut)),
    split_indices: feature.map((index) => Math.max(0, index)),
    split_type: new Uint8Array(nodes),
    sum_hessian: cover,
    tree_param: {
      num_deleted: "0",
      num_feature: String(features),
      num_nodes: String(nodes),
      size_leaf_vector: "1",
    },
  };
}
