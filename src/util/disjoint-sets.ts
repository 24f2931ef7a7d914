/** Things 0 … size - 1 that are joined step by step. A join takes, amortized, nearly constant time. */
export class DisjointSets {
  /** The root of a set is its lowest member, so that the order of joining does not show. */
  private readonly parent: Int32Array;

  constructor(size: number) {
    this.parent = Int32Array.from({ length: size }, (_, index) => index);
  }

  /** The member that stands for the set of this one: its lowest. */
  findRoot(index: number): number {
    const { parent } = this;
    let root = index;
    while (parent[root] !== root) root = parent[root]!;
    for (let node = index; node !== root; ) {
      const next = parent[node]!;
      parent[node] = root;
      node = next;
    }
    return root;
  }

  /** Makes one set of the sets of both. */
  join(one: number, other: number): void {
    const first = this.findRoot(one);
    const second = this.findRoot(other);
    this.parent[Math.max(first, second)] = Math.min(first, second);
  }

  /** Set of each, numbered from 0 in order of first appearance. */
  numbers(): Int32Array {
    const numberOfRoot = new Map<number, number>();
    return this.parent.map((_, index) => {
      const root = this.findRoot(index);
      const known = numberOfRoot.get(root);
      if (known !== undefined) return known;
      numberOfRoot.set(root, numberOfRoot.size);
      return numberOfRoot.size - 1;
    });
  }
}
