import type { BoosterModel } from "../booster-model.ts";
import { toMargin } from "../loss.ts";
import type { Tree } from "../tree.ts";
import { ByteSink } from "./document-writer.ts";
import { foldMargin } from "./fold-margin.ts";
import { previousFloat64, ZERO_BAND } from "./next-float.ts";

/** Default left, no missing values: a value missing at prediction counts as 0. */
const DECISION_TYPE = "2";

/**
 * Writes a model as the text LightGBM 3 or newer reads (`Booster(model_file=…)`). Its features are the query columns,
 * then the prompt columns; the base score goes into the leaves of the first tree, as LightGBM has it. Numbers of rows
 * a node are not known here and left out, so LightGBM predicts with such a model but cannot explain predictions
 * (`pred_contrib`).
 */
export function writeLightgbmModel(model: BoosterModel): Uint8Array {
  const features = model.queryColumns + model.promptColumns;
  const trees = foldMargin(model.trees, toMargin(model.objective, model.baseScore));
  const texts = trees.map(treeText);
  const sink = new ByteSink();
  sink.text(
    [
      "tree",
      "version=v4",
      "num_class=1",
      "num_tree_per_iteration=1",
      "label_index=0",
      `max_feature_idx=${features - 1}`,
      `objective=${model.objective === "binary:logistic" ? "binary sigmoid:1" : "regression"}`,
      `feature_names=${Array.from({ length: features }, (_, feature) => `Column_${feature}`).join(" ")}`,
      `feature_infos=${new Array<string>(features).fill("none").join(" ")}`,
      // All of it is ASCII, so characters are bytes.
      `tree_sizes=${texts.map((text, index) => treeHead(index).length + text.length).join(" ")}`,
      "\n",
    ].join("\n"),
  );
  texts.forEach((text, index) => {
    sink.text(treeHead(index) + text);
  });
  sink.text("end of trees\n\nparameters:\nend of parameters\n\npandas_categorical:null\n");
  return sink.finish();
}

function treeHead(index: number): string {
  return `Tree=${index}\n`;
}

/** A tree without its first line, to the two empty lines behind it. */
function treeText({ feature, threshold, left, value, gain, cover }: Tree): string {
  const nodes = Array.from(feature.keys());
  const inner = nodes.filter((node) => feature[node]! >= 0);
  const leaves = nodes.filter((node) => feature[node]! < 0);
  // Inner nodes count from 0 on, leaves from -1 down.
  const numbers = new Int32Array(nodes.length);
  inner.forEach((node, index) => {
    numbers[node] = index;
  });
  leaves.forEach((node, index) => {
    numbers[node] = -1 - index;
  });
  const line = (name: string, of: readonly number[], text: (node: number) => number | string): string =>
    `${name}=${of.map(text).join(" ")}`;
  return [
    `num_leaves=${leaves.length}`,
    "num_cat=0",
    line("split_feature", inner, (node) => feature[node]!),
    line("split_gain", inner, (node) => gain[node]!),
    line("threshold", inner, (node) =>
      threshold[node] === 0 ? -ZERO_BAND : previousFloat64(threshold[node]!),
    ),
    line("decision_type", inner, () => DECISION_TYPE),
    line("left_child", inner, (node) => numbers[left[node]!]!),
    line("right_child", inner, (node) => numbers[left[node]! + 1]!),
    line("leaf_value", leaves, (node) => value[node]!),
    line("leaf_weight", leaves, (node) => cover[node]!),
    line("internal_value", inner, (node) => value[node]!),
    line("internal_weight", inner, (node) => cover[node]!),
    "is_linear=0",
    "shrinkage=1",
    "\n\n",
  ].join("\n");
}
