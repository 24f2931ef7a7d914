import { ModelFileError } from "../../../errors.ts";
import type { Tree } from "../tree.ts";

/** A tree as another library stores it: nodes in any order, some of them perhaps out of use. Node 0 is the root. */
export interface ForeignTree {
  /** Feature of the split; not looked at in leaves. */
  readonly feature: ArrayLike<number>;
  /** A value goes left if it is less; may be infinite. */
  readonly threshold: Float32Array;
  /** Negative in leaves. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  /** What a leaf adds to the margin. */
  readonly value: ArrayLike<number>;
  readonly gain: ArrayLike<number>;
  readonly cover: ArrayLike<number>;
}

/**
 * Puts the nodes of a tree into this package's order, children side by side behind their parent, and drops splits
 * that send every finite value the same way. Children are followed only once, so that a file with a loop is refused.
 * @param features number of features; all that a split may test
 * @param where the tree, for messages: "tree 3 of the LightGBM model"
 * @throws ModelFileError where children or features do not exist, or a leaf's value is not finite
 */
export function arrangeTree(tree: ForeignTree, features: number, where: string): Tree {
  const nodes = tree.left.length;
  const isSeen = new Uint8Array(nodes);
  const visit = (child: number, parent: number): number => {
    let node = child;
    for (let from = parent; ; ) {
      if (node < 0 || node >= nodes || isSeen[node] === 1)
        throw new ModelFileError(
          `${where}: node ${from} has the child ${node}; expected a node of its own below ${nodes}. The file is damaged.`,
        );
      isSeen[node] = 1;
      if (tree.left[node]! < 0 || Math.abs(tree.threshold[node]!) !== Number.POSITIVE_INFINITY) return node;
      from = node;
      node = tree.threshold[node]! > 0 ? tree.left[node]! : tree.right[node]!;
    }
  };
  const order = [visit(0, -1)];
  const left: number[] = [];
  for (let place = 0; place < order.length; place++) {
    const node = order[place]!;
    if (tree.left[node]! < 0) left.push(-1);
    else left.push(order.push(visit(tree.left[node]!, node), visit(tree.right[node]!, node)) - 2);
  }
  const isLeaf = (node: number): boolean => tree.left[node]! < 0;
  for (const node of order) {
    const feature = tree.feature[node]!;
    if (!isLeaf(node) && !(feature >= 0 && feature < features))
      throw new ModelFileError(
        `${where}: node ${node} splits by feature ${feature}; expected one below ${features}. The model was trained on other features, or the file is damaged.`,
      );
    for (const value of [tree.value[node]!, tree.gain[node]!, tree.cover[node]!])
      if (!Number.isFinite(Math.fround(value)))
        throw new ModelFileError(
          `${where}: node ${node} holds ${value}; expected a finite number. The file is damaged.`,
        );
  }
  return {
    feature: Int32Array.from(order, (node) => (isLeaf(node) ? -1 : tree.feature[node]!)),
    threshold: Float32Array.from(order, (node) => (isLeaf(node) ? 0 : tree.threshold[node]!)),
    left: Int32Array.from(left),
    value: Float64Array.from(order, (node) => tree.value[node]!),
    gain: Float32Array.from(order, (node) => (isLeaf(node) ? 0 : tree.gain[node]!)),
    cover: Float32Array.from(order, (node) => tree.cover[node]!),
  };
}
