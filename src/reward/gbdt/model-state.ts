import type { NumericArray, StoredState } from "../../types/index.ts";
import {
  checkFinite,
  finiteArray,
  headerCount,
  headerNumber,
  headerWord,
  refuse,
  storedArray,
} from "../stored-parts.ts";
import type { BoosterModel } from "./booster-model.ts";
import type { Tree } from "./tree.ts";

/** Marks the layout of header and arrays; raised when it changes. */
const STATE_VERSION = 1;
const MAX_COLUMNS = 2 ** 30;

/** The part of a stored state that holds a booster; all trees' nodes behind one another. */
export function saveBooster(model: BoosterModel): Omit<StoredState, "kind"> {
  const { trees } = model;
  const start = new Int32Array(trees.length + 1);
  trees.forEach((tree, index) => {
    start[index + 1] = start[index]! + tree.feature.length;
  });
  const nodes = start[trees.length]!;
  const join = <T extends NumericArray>(target: T, toColumn: (tree: Tree) => T): T => {
    trees.forEach((tree, index) => {
      target.set(toColumn(tree), start[index]!);
    });
    return target;
  };
  return {
    header: {
      stateVersion: STATE_VERSION,
      objective: model.objective,
      queryColumns: model.queryColumns,
      promptColumns: model.promptColumns,
      baseScore: model.baseScore,
      trees: trees.length,
      nodes,
    },
    arrays: {
      treeStart: start,
      feature: join(new Int32Array(nodes), (tree) => tree.feature),
      threshold: join(new Float32Array(nodes), (tree) => tree.threshold),
      left: join(new Int32Array(nodes), (tree) => tree.left),
      value: join(new Float64Array(nodes), (tree) => tree.value),
      gain: join(new Float32Array(nodes), (tree) => tree.gain),
      cover: join(new Float32Array(nodes), (tree) => tree.cover),
    },
  };
}

/**
 * Restores a booster from a state that may come from anywhere.
 * @throws ModelFileError where anything does not fit: types, lengths, node numbers, values that are not finite
 */
export function restoreBooster(state: StoredState): BoosterModel {
  if (headerCount(state, "stateVersion", 1) !== STATE_VERSION)
    throw refuse(state, `"stateVersion" is ${state.header.stateVersion}`, `${STATE_VERSION}`);
  const objective = headerWord(state, "objective", ["binary:logistic", "reg:squarederror"]);
  const queryColumns = headerCount(state, "queryColumns", 0);
  const promptColumns = headerCount(state, "promptColumns", 0);
  if (queryColumns + promptColumns > MAX_COLUMNS)
    throw refuse(state, `there are ${queryColumns + promptColumns} features`, `at most ${MAX_COLUMNS}`);
  const baseScore = headerNumber(state, "baseScore", 0);
  if (baseScore > 1 || (objective === "binary:logistic" && (baseScore === 0 || baseScore === 1)))
    throw refuse(state, `"baseScore" is ${baseScore}`, "a probability");
  const treeCount = headerCount(state, "trees", 0);
  const nodes = headerCount(state, "nodes", treeCount);
  if (Math.max(treeCount, nodes) > MAX_COLUMNS)
    throw refuse(state, `there are ${nodes} nodes`, `at most ${MAX_COLUMNS}`);
  const start = storedArray(state, "treeStart", Int32Array, treeCount + 1);
  const columns = {
    feature: storedArray(state, "feature", Int32Array, nodes),
    threshold: checkFinite(state, "threshold", storedArray(state, "threshold", Float32Array, nodes)),
    left: storedArray(state, "left", Int32Array, nodes),
    value: finiteArray(state, "value", nodes),
    gain: checkFinite(state, "gain", storedArray(state, "gain", Float32Array, nodes)),
    cover: checkFinite(state, "cover", storedArray(state, "cover", Float32Array, nodes)),
  };
  if (start[0] !== 0 || start[treeCount] !== nodes)
    throw refuse(state, `the trees run from node ${start[0]} to ${start[treeCount]}`, `0 to ${nodes}`);
  for (let index = 0; index < treeCount; index++)
    if (start[index + 1]! <= start[index]!)
      throw refuse(state, `tree ${index} has ${start[index + 1]! - start[index]!} nodes`, "at least 1");
  const trees = Array.from({ length: treeCount }, (_, index) => {
    const [from, to] = [start[index]!, start[index + 1]!];
    const tree: Tree = {
      feature: columns.feature.subarray(from, to),
      threshold: columns.threshold.subarray(from, to),
      left: columns.left.subarray(from, to),
      value: columns.value.subarray(from, to),
      gain: columns.gain.subarray(from, to),
      cover: columns.cover.subarray(from, to),
    };
    checkTree(state, tree, index, queryColumns + promptColumns);
    return tree;
  });
  return { objective, queryColumns, promptColumns, baseScore, trees };
}

/** Every node but the root is the child of exactly one node before it, so that every walk ends in a leaf. */
function checkTree(state: StoredState, tree: Tree, index: number, features: number): void {
  const nodes = tree.feature.length;
  const isChild = new Uint8Array(nodes);
  let children = 0;
  for (let node = 0; node < nodes; node++) {
    const feature = tree.feature[node]!;
    const left = tree.left[node]!;
    if (feature === -1 && left === -1) continue;
    const where = `node ${node} of tree ${index}`;
    if (feature < 0 || feature >= features)
      throw refuse(state, `${where} splits by feature ${feature}`, `a feature below ${features}`);
    if (left <= node || left + 1 >= nodes || isChild[left] === 1 || isChild[left + 1] === 1)
      throw refuse(
        state,
        `${where} has the children ${left} and ${left + 1}`,
        `two of their own below ${nodes}`,
      );
    isChild[left] = 1;
    isChild[left + 1] = 1;
    children += 2;
  }
  if (children !== nodes - 1)
    throw refuse(state, `${children} nodes of tree ${index} are children`, `${nodes - 1}`);
}
