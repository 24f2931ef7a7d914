/**
 * A regression tree as columns, one entry a node. Node 0 is the root; a node's children stand behind it and side by
 * side, so that the right child is `left + 1`. Features count the query columns first, then the prompt columns. A
 * pair goes left if value < threshold.
 */
export interface Tree {
  /** Original feature, -1 in a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** -1 in a leaf. */
  readonly left: Int32Array;
  /** What the node adds to the margin, or would if it were a leaf; learning rate included. */
  readonly value: Float64Array;
  /** Loss reduction of the split, 0 in a leaf. */
  readonly gain: Float32Array;
  /** Sum of the hessians. */
  readonly cover: Float32Array;
}

/** How a node is split: query features by bin, prompt orderings by rank; "≤ bin" goes left. */
export interface Split {
  readonly side: "query" | "prompt";
  /** Binned feature, or prompt ordering. */
  readonly index: number;
  readonly bin: number;
  /** Score of the children less that of the node, > 0. */
  readonly gain: number;
}

/** A node while its tree grows. */
interface GrowingNode {
  feature: number;
  threshold: number;
  left: number;
  value: number;
  gain: number;
  cover: number;
}

/** Collects the nodes of one tree. */
export class TreeBuilder {
  readonly #nodes: GrowingNode[] = [];

  /** Adds a leaf and returns its number. */
  addNode(): number {
    this.#nodes.push({ feature: -1, threshold: 0, left: -1, value: 0, gain: 0, cover: 0 });
    return this.#nodes.length - 1;
  }

  get leaves(): number {
    return (this.#nodes.length + 1) / 2;
  }

  setSums(node: number, value: number, cover: number): void {
    this.#nodes[node]!.value = value;
    this.#nodes[node]!.cover = cover;
  }

  /** Turns a leaf into an inner node with two new leaves. */
  split(node: number, feature: number, threshold: number, gain: number): { left: number; right: number } {
    const left = this.addNode();
    const right = this.addNode();
    const parent = this.#nodes[node]!;
    parent.feature = feature;
    parent.threshold = threshold;
    parent.gain = gain;
    parent.left = left;
    return { left, right };
  }

  build(): Tree {
    const nodes = this.#nodes;
    const tree: Tree = {
      feature: new Int32Array(nodes.length),
      threshold: new Float32Array(nodes.length),
      left: new Int32Array(nodes.length),
      value: new Float64Array(nodes.length),
      gain: new Float32Array(nodes.length),
      cover: new Float32Array(nodes.length),
    };
    for (let node = 0; node < nodes.length; node++) {
      const { feature, threshold, left, value, gain, cover } = nodes[node]!;
      tree.feature[node] = feature;
      tree.threshold[node] = threshold;
      tree.left[node] = left;
      tree.value[node] = value;
      tree.gain[node] = gain;
      tree.cover[node] = cover;
    }
    return tree;
  }
}
