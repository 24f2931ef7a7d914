import { ModelFileError } from "../../../errors.ts";
import type { BoosterModel } from "../booster-model.ts";
import { type Objective, toMargin, toProbability } from "../loss.ts";
import type { Tree } from "../tree.ts";
import { arrangeTree } from "./arrange-tree.ts";
import { DocumentPart } from "./document-part.ts";
import { checkFeatureColumns, type FeatureColumns } from "./feature-columns.ts";
import { foldMargin } from "./fold-margin.ts";
import { readUbjson } from "./ubjson-reader.ts";

/** XGBoost's names of objectives that predict as ours do. */
const OBJECTIVES: ReadonlyMap<string, Objective> = new Map([
  ["binary:logistic", "binary:logistic"],
  ["reg:logistic", "binary:logistic"],
  ["reg:squarederror", "reg:squarederror"],
]);
/** XGBoost since 3.1 starts from no success rate closer to 0 or 1. */
const MIN_VECTOR_RATE = 1e-6;
/** A string of more characters cannot be made. */
const MAX_JSON_BYTES = 2 ** 29 - 2 ** 16;

/**
 * Reads a model saved by XGBoost 1.0 or newer (`save_model`, `.json` or `.ubj`); which of the two is seen from the
 * content. It is untrusted input. Missing values do not occur here, so default directions are left out; all trees
 * count, also those behind `best_iteration`.
 * @param columns how the model's features divide into query and prompt columns
 * @throws ModelFileError where the file is damaged, has other features, or needs what this package lacks: boosters
 * other than gbtree, categorical splits, several classes or targets, objectives other than binary:logistic,
 * reg:logistic and reg:squarederror
 */
export function readXgboostModel(file: Uint8Array, columns: FeatureColumns): BoosterModel {
  const learner = parse(file).field("learner");
  const booster = learner.field("gradient_booster");
  const boosterName = booster.field("name").text();
  if (boosterName !== "gbtree") throw unsupported(`the booster "${boosterName}"`, "gbtree");
  const parameters = learner.field("learner_model_param");
  checkFeatureColumns("XGBoost", parameters.field("num_feature").count(), columns);
  const classes = parameters.field("num_class").count();
  if (classes > 1) throw unsupported(`${classes} classes`, "a binary or regression model");
  const targets = parameters.optional("num_target")?.count() ?? 1;
  if (targets > 1) throw unsupported(`${targets} targets`, "one");
  const objectiveName = learner.field("objective").field("name").text();
  const objective = OBJECTIVES.get(objectiveName);
  if (objective === undefined)
    throw unsupported(`the objective "${objectiveName}"`, [...OBJECTIVES.keys()].join(", "));
  const { baseScore, margin } = readBaseScore(parameters.field("base_score"), objective);
  const model = booster.field("model");
  const trees = model.field("trees").list();
  const groups = model.field("tree_info");
  if (groups.integers(trees.length).some((group) => group !== 0))
    throw groups.refuse("names several groups of trees", "one");
  const features = columns.queryColumns + columns.promptColumns;
  return {
    objective,
    queryColumns: columns.queryColumns,
    promptColumns: columns.promptColumns,
    baseScore,
    trees: foldMargin(
      trees.map((tree, index) => readTree(tree, features, index)),
      margin,
    ),
  };
}

function parse(file: Uint8Array): DocumentPart {
  if (new TextDecoder("latin1").decode(file.subarray(0, 4)) === "binf")
    throw unsupported("XGBoost's old binary format", "JSON or UBJSON; save it again as .json or .ubj");
  const first = file[0];
  // An object of JSON goes on with a quote, white space or a brace; UBJSON with the type of a length.
  const isText = first !== 0x7b || /^[\s"}]$/.test(String.fromCharCode(file[1] ?? 0x20));
  if (!isText) return new DocumentPart(readUbjson(file));
  if (file.length > MAX_JSON_BYTES)
    throw unsupported(`${file.length} bytes of JSON`, `at most ${MAX_JSON_BYTES}; save it as .ubj`);
  try {
    return new DocumentPart(JSON.parse(new TextDecoder().decode(file)));
  } catch (error) {
    throw new ModelFileError(
      `The XGBoost model cannot be read: it is neither JSON nor UBJSON (${(error as Error).message}). Save it again with save_model as .json or .ubj.`,
      {},
      error,
    );
  }
}

/**
 * "5E-1", or since XGBoost 3.1 a vector of one, "[5E-1]", which is kept clear of 0 and 1: labels all equal give such a
 * one. Squared error may start anywhere; what is no rate is a margin.
 */
function readBaseScore(part: DocumentPart, objective: Objective): { baseScore: number; margin: number } {
  const text = part.text();
  const number = /^(\[?)([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(\]?)$/.exec(text);
  if (number === null || (number[1] === "") !== (number[3] === ""))
    throw part.refuse(`is ${JSON.stringify(text.slice(0, 40))}`, "one number");
  const given = Math.fround(Number(number[2]));
  const isRateInVector = number[1] !== "" && given >= 0 && given <= 1;
  const score =
    objective === "binary:logistic" && isRateInVector
      ? Math.fround(Math.min(1 - MIN_VECTOR_RATE, Math.max(MIN_VECTOR_RATE, given)))
      : given;
  if (objective === "binary:logistic") {
    if (!(score > 0 && score < 1)) throw part.refuse(`is ${score}`, "a probability above 0 and below 1");
    // XGBoost turns it into a margin in 32 bits, which near 0 and 1 rounds visibly.
    const start = Math.fround(-Math.log(Math.fround(Math.fround(1 / score) - 1)));
    if (!Number.isFinite(start)) throw part.refuse(`is ${score}`, "a probability of a finite margin");
    return { baseScore: toProbability("binary:logistic", start), margin: 0 };
  }
  if (!Number.isFinite(score)) throw part.refuse(`is ${score}`, "a finite number");
  const isRate = score >= 0 && score <= 1;
  return isRate
    ? { baseScore: score, margin: 0 }
    : { baseScore: 0.5, margin: score - toMargin(objective, 0.5) };
}

function readTree(tree: DocumentPart, features: number, index: number): Tree {
  const parameters = tree.field("tree_param");
  const nodes = parameters.field("num_nodes").count();
  const leafSize = parameters.optional("size_leaf_vector")?.count() ?? 1;
  if (leafSize > 1) throw unsupported(`leaves of ${leafSize} values`, "one value a leaf");
  if (nodes === 0) throw parameters.refuse("has no nodes", "at least one");
  const splitTypes = tree.optional("split_type")?.integers(nodes);
  if (splitTypes?.some((type) => type !== 0))
    throw unsupported(`a categorical split in tree ${index}`, "numerical splits");
  const left = tree.field("left_children").integers(nodes);
  const condition = tree.field("split_conditions").floats(nodes);
  const weight = tree.field("base_weights").floats(nodes);
  return arrangeTree(
    {
      feature: tree.field("split_indices").integers(nodes),
      threshold: condition,
      left,
      right: tree.field("right_children").integers(nodes),
      // A leaf's value stands where an inner node has its threshold.
      value: weight.map((value, node) => (left[node]! < 0 ? condition[node]! : value)),
      gain: tree.field("loss_changes").floats(nodes),
      cover: tree.field("sum_hessian").floats(nodes),
    },
    features,
    `Tree ${index} of the XGBoost model`,
  );
}

function unsupported(found: string, expected: string): ModelFileError {
  return new ModelFileError(`The XGBoost model has ${found}; this package reads ${expected}.`, { found });
}
