import { ModelFileError } from "../../../errors.ts";
import type { BoosterModel } from "../booster-model.ts";
import type { Tree } from "../tree.ts";
import { arrangeTree } from "./arrange-tree.ts";
import { checkFeatureColumns, type FeatureColumns } from "./feature-columns.ts";
import { nextFloat32, ZERO_BAND } from "./next-float.ts";

/** A string of more characters cannot be made. */
const MAX_BYTES = 2 ** 29 - 2 ** 16;
const MAX_LEAVES = 2 ** 24;

/** Bits of `decision_type`: categorical, default left, and two of how missing values are told. */
const IS_CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_SHIFT = 2;
const MISSING_IS_ZERO = 1;

/**
 * Reads a model saved by LightGBM as text (`save_model`, versions v3 and v4 of the layout). It is untrusted input.
 * Missing values do not occur here, so default directions are left out; the mean a model starts from is in its leaves
 * already.
 * @param columns how the model's features divide into query and prompt columns
 * @throws ModelFileError where the file is damaged, has other features, or needs what this package lacks: random
 * forests, categorical splits, linear leaves, several classes, zeros as missing values, objectives other than binary
 * and regression
 */
export function readLightgbmModel(file: Uint8Array, columns: FeatureColumns): BoosterModel {
  const [head, ...blocks] = splitBlocks(file);
  checkHead(head!);
  const { sigmoid, objective } = readObjective(head!);
  checkFeatureColumns("LightGBM", head!.count("max_feature_idx") + 1, columns);
  const sizes = head!.optional("tree_sizes");
  if (sizes !== undefined && sizes.split(" ").filter(Boolean).length !== blocks.length)
    throw head!.refuse(`names ${sizes.split(" ").filter(Boolean).length} trees`, `${blocks.length} follow`);
  const features = columns.queryColumns + columns.promptColumns;
  return {
    objective,
    queryColumns: columns.queryColumns,
    promptColumns: columns.promptColumns,
    baseScore: objective === "binary:logistic" ? 0.5 : 0,
    trees: blocks.map((block) => readTree(block, features, sigmoid)),
  };
}

/** `name=value` lines up to an empty one or the next block. */
class Block {
  readonly #where: string;
  readonly #fields: Map<string, string>;

  constructor(where: string, lines: readonly string[]) {
    this.#where = where;
    this.#fields = new Map(
      lines.map((line) => {
        const cut = line.indexOf("=");
        return cut < 0 ? [line, ""] : [line.slice(0, cut), line.slice(cut + 1)];
      }),
    );
  }

  get where(): string {
    return this.#where;
  }

  optional(name: string): string | undefined {
    return this.#fields.get(name);
  }

  text(name: string): string {
    const value = this.#fields.get(name);
    if (value === undefined) throw this.refuse(`has no "${name}"`, "one");
    return value;
  }

  count(name: string): number {
    const text = this.text(name).trim();
    if (!/^\d{1,10}$/.test(text)) throw this.refuse(`has ${name}=${text.slice(0, 40)}`, "a whole number");
    return Number(text);
  }

  /** `length` numbers; "inf" and "nan" as C++ writes them. */
  numbers(name: string, length: number): Float64Array {
    const words = this.text(name).trim().split(/ +/);
    if (words.length !== length)
      throw this.refuse(`has ${words.length} entries in "${name}"`, `${length} entries`);
    return Float64Array.from(words, (word) => {
      if (/^[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?$/i.test(word)) return Number(word);
      if (/^[-+]?inf(?:inity)?$/i.test(word))
        return word.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      throw this.refuse(`holds ${JSON.stringify(word.slice(0, 40))} in "${name}"`, "numbers");
    });
  }

  integers(name: string, length: number): Int32Array {
    const numbers = this.numbers(name, length);
    if (numbers.some((value) => (value | 0) !== value))
      throw this.refuse(`holds a fraction or a huge number in "${name}"`, "whole numbers");
    return Int32Array.from(numbers);
  }

  refuse(found: string, expected: string): ModelFileError {
    return new ModelFileError(`${this.#where} ${found}; expected ${expected}. Save the model again.`);
  }
}

/** The head, and a block for each tree. */
function splitBlocks(file: Uint8Array): Block[] {
  if (file.length > MAX_BYTES) throw unsupported(`${file.length} bytes`, `at most ${MAX_BYTES}`);
  const lines = new TextDecoder("latin1").decode(file).split(/\r?\n/);
  if (lines[0]?.trim() !== "tree")
    throw new ModelFileError(
      `The LightGBM model cannot be read: it begins with ${JSON.stringify((lines[0] ?? "").slice(0, 40))}; expected "tree". Save it as text with save_model.`,
    );
  const end = lines.indexOf("end of trees");
  if (end < 0)
    throw new ModelFileError(
      'The LightGBM model cannot be read: the line "end of trees" is missing. The file is cut off; save it again.',
    );
  const starts = lines.flatMap((line, index) => (index < end && line.startsWith("Tree=") ? [index] : []));
  const head = new Block("The head of the LightGBM model", nonEmpty(lines.slice(1, starts[0] ?? end)));
  return [
    head,
    ...starts.map((start, index) => {
      if (lines[start] !== `Tree=${index}`)
        throw new ModelFileError(
          `The LightGBM model cannot be read: ${JSON.stringify(lines[start]!.slice(0, 40))} stands where "Tree=${index}" should. The file is damaged.`,
        );
      const body = lines.slice(start + 1, starts[index + 1] ?? end);
      return new Block(`Tree ${index} of the LightGBM model`, nonEmpty(body));
    }),
  ];
}

function nonEmpty(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== "");
}

function checkHead(head: Block): void {
  const version = head.text("version");
  if (version !== "v3" && version !== "v4") throw unsupported(`layout ${version.slice(0, 40)}`, "v3 and v4");
  const classes = head.count("num_class");
  if (classes !== 1) throw unsupported(`${classes} classes`, "a binary or regression model");
  const treesAtOnce = head.count("num_tree_per_iteration");
  if (treesAtOnce !== 1) throw unsupported(`${treesAtOnce} trees an iteration`, "one");
  if (head.optional("average_output") !== undefined)
    throw unsupported("averaged output (a random forest)", "boosted trees");
}

/** LightGBM gives 1 / (1 + exp(-sigmoid · margin)); the factor goes into the leaves. */
function readObjective(head: Block): { objective: BoosterModel["objective"]; sigmoid: number } {
  const text = head.text("objective").trim();
  if (text === "regression") return { objective: "reg:squarederror", sigmoid: 1 };
  const binary = /^binary sigmoid:(\d+(?:\.\d*)?(?:e[-+]?\d+)?)$/.exec(text);
  const sigmoid = Number(binary?.[1]);
  if (binary === null || !(sigmoid > 0 && sigmoid < Number.POSITIVE_INFINITY))
    throw unsupported(`the objective "${text.slice(0, 60)}"`, '"binary" and "regression"');
  return { objective: "binary:logistic", sigmoid };
}

function readTree(block: Block, features: number, sigmoid: number): Tree {
  const leaves = block.count("num_leaves");
  if (leaves < 1 || leaves > MAX_LEAVES) throw block.refuse(`has ${leaves} leaves`, `1 to ${MAX_LEAVES}`);
  const categorical = block.count("num_cat");
  if (categorical > 0) throw unsupported(`a categorical split (${block.where})`, "numerical splits");
  if ((block.optional("is_linear") ?? "0").trim() !== "0")
    throw unsupported(`linear leaves (${block.where})`, "constant leaves");
  const inner = leaves - 1;
  const leafValue = block.numbers("leaf_value", leaves);
  const leafWeight = optionalNumbers(block, "leaf_weight", leaves);
  if (inner === 0)
    return arrangeTree(
      {
        feature: [-1],
        threshold: new Float32Array(1),
        left: [-1],
        right: [-1],
        value: [leafValue[0]! * sigmoid],
        gain: [0],
        cover: leafWeight,
      },
      features,
      block.where,
    );
  const threshold = block.numbers("threshold", inner);
  checkDecisions(block, block.integers("decision_type", inner), threshold);
  // Inner nodes come first, leaf l is node inner + l.
  const toNode = (child: number): number => (child < 0 ? inner - 1 - child : child);
  const isLeaf = new Int32Array(leaves).fill(-1);
  const join = (ofInner: ArrayLike<number>, ofLeaves: ArrayLike<number>): number[] => [
    ...Array.from(ofInner),
    ...Array.from(ofLeaves),
  ];
  const zeros = new Uint8Array(leaves);
  return arrangeTree(
    {
      feature: join(block.integers("split_feature", inner), isLeaf),
      threshold: Float32Array.from(join(threshold.map(strictThreshold), zeros)),
      left: join(block.integers("left_child", inner).map(toNode), isLeaf),
      right: join(block.integers("right_child", inner).map(toNode), isLeaf),
      value: join(optionalNumbers(block, "internal_value", inner), leafValue).map((value) => value * sigmoid),
      gain: join(optionalNumbers(block, "split_gain", inner), zeros),
      cover: join(optionalNumbers(block, "internal_weight", inner), leafWeight),
    },
    features,
    block.where,
  );
}

/**
 * "value ≤ threshold" of a 32-bit value is "value < the next 32-bit float above the threshold". Values that LightGBM
 * takes for zero all go the way of zero.
 */
function strictThreshold(threshold: number): number {
  if (threshold < 0 && threshold >= -ZERO_BAND) return -ZERO_BAND;
  return nextFloat32(threshold >= 0 ? Math.max(threshold, ZERO_BAND) : threshold);
}

/** What does not matter for predictions may be left out, as older versions do; zeros then. */
function optionalNumbers(block: Block, name: string, length: number): Float64Array {
  const text = block.optional(name);
  return text === undefined || text.trim() === "" ? new Float64Array(length) : block.numbers(name, length);
}

function checkDecisions(block: Block, decisions: Int32Array, threshold: Float64Array): void {
  decisions.forEach((decision, node) => {
    if (decision < 0 || decision > 15) throw block.refuse(`has the decision type ${decision}`, "0 to 15");
    if ((decision & IS_CATEGORICAL) !== 0)
      throw unsupported(`a categorical split (${block.where})`, "numerical splits");
    // A zero that counts as missing goes the default way; only where that is the way of a zero is it the same to us.
    const zeroIsMissing = decision >> MISSING_SHIFT === MISSING_IS_ZERO;
    if (zeroIsMissing && ((decision & DEFAULT_LEFT) !== 0) !== 0 <= threshold[node]!)
      throw unsupported(
        `zeros that count as missing (${block.where})`,
        "models trained without zero_as_missing",
      );
  });
}

function unsupported(found: string, expected: string): ModelFileError {
  return new ModelFileError(`The LightGBM model has ${found}; this package reads ${expected}.`, { found });
}
