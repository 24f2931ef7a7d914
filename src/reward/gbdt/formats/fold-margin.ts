import type { Tree } from "../tree.ts";

/**
 * The same ensemble with a constant more, which goes into the first tree: for margins a format has no place for.
 * @param margin 0 leaves the trees as they are
 */
export function foldMargin(trees: readonly Tree[], margin: number): readonly Tree[] {
  if (margin === 0) return trees;
  const [first, ...others] = trees;
  if (first === undefined) return [leafTree(margin)];
  return [{ ...first, value: first.value.map((value) => value + margin) }, ...others];
}

/** A tree of a single leaf. */
function leafTree(value: number): Tree {
  return {
    feature: Int32Array.of(-1),
    threshold: new Float32Array(1),
    left: Int32Array.of(-1),
    value: Float64Array.of(value),
    gain: new Float32Array(1),
    cover: new Float32Array(1),
  };
}
