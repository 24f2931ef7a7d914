/**
 * Inner loops of dense linear algebra, once in plain TypeScript and once with SIMD. Both give the same numbers bit for
 * bit: scalar products keep apart the terms of even and of odd index, as two SIMD lanes do, and add the two sums last.
 * All arrays are row-major, and are the arrays of one workspace, or parts of them.
 */
export interface DenseKernels {
  readonly name: "typescript" | "wasm";

  /**
   * target += A · Bᵀ, over the coordinates from `from` to `to` - 1.
   * @param a `rowsA × depth`
   * @param b `rowsB × depth`
   * @param target `rowsA × rowsB`
   */
  readonly addProducts: (
    a: Float64Array,
    rowsA: number,
    b: Float64Array,
    rowsB: number,
    depth: number,
    from: number,
    to: number,
    target: Float64Array,
  ) => void;

  /**
   * For the leading `count` rows and columns of a symmetric matrix, lower triangle only: A -= u qᵀ + q uᵀ, then
   * product += A · next.
   * @param stride row length of `matrix`
   * @param next at least `count` long, as are the other vectors
   * @param last u
   * @param partner q
   */
  readonly updateAndMultiply: (
    matrix: Float64Array,
    stride: number,
    count: number,
    next: Float64Array,
    last: Float64Array,
    partner: Float64Array,
    product: Float64Array,
  ) => void;

  /**
   * Replaces each of `rowCount` rows x by the solution z of L z = x, restricted to the leading `count` coordinates. A
   * row's solution does not depend on the rows beside it.
   * @param lower L, with row length `stride`
   * @param rows with row length `rowStride`
   */
  readonly solveLowerRows: (
    lower: Float64Array,
    stride: number,
    count: number,
    rows: Float64Array,
    rowStride: number,
    rowCount: number,
  ) => void;

  /**
   * Q -= V S Vᵀ Q on the leading `height` rows and columns.
   * @param q with row length `stride`, more than `height`; column `height` is zero above the diagonal
   * @param vectors V, `REFLECTORS` × `stride`: one vector a row
   * @param factor S, `REFLECTORS` × `REFLECTORS`, lower triangular
   * @param products room for `REFLECTORS` × `stride` numbers
   */
  readonly applyReflectors: (
    q: Float64Array,
    stride: number,
    height: number,
    vectors: Float64Array,
    factor: Float64Array,
    products: Float64Array,
  ) => void;
}

/** Reflectors applied together: one pass over Q for four. */
export const REFLECTORS = 4;
