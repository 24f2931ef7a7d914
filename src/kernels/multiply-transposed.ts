import { denseWorkspace, typescriptDenseKernels } from "./dense/index.ts";
import { finishSteps, type Steps } from "./steps.ts";

/** Coordinates worked on at a time, so that the rows of a tile stay in the first-level cache. */
const DEPTH_BLOCK = 512;
/** With fewer rows on either side there are too few products for each number that would be copied. */
const FEW_ROWS = 48;
/** Rows of either side that are copied to where the SIMD kernels can work on them. */
const ROWS_AT_A_TIME = 256;

/**
 * target = A · Bᵀ, all row-major: entry (i, j) is the scalar product of row i of A and row j of B. An entry does not
 * depend on the other rows.
 * @param a `rowsA × depth`
 * @param b `rowsB × depth`
 * @param target `rowsA × rowsB`, overwritten
 * @param lowerOnly only entries with j ≤ i are wanted; the others are undefined
 */
export function multiplyTransposed(
  a: Float64Array,
  rowsA: number,
  b: Float64Array,
  rowsB: number,
  depth: number,
  target: Float64Array,
  lowerOnly = false,
): void {
  finishSteps(multiplyTransposedSteps(a, rowsA, b, rowsB, depth, target, lowerOnly));
}

/** As `multiplyTransposed`, in steps: large products take seconds, in which a caller may want to stop. */
export function* multiplyTransposedSteps(
  a: Float64Array,
  rowsA: number,
  b: Float64Array,
  rowsB: number,
  depth: number,
  target: Float64Array,
  lowerOnly = false,
): Steps<void> {
  if (Math.min(rowsA, rowsB) < FEW_ROWS) {
    target.fill(0, 0, rowsA * rowsB);
    for (let from = 0; from < depth; from += DEPTH_BLOCK) {
      const to = Math.min(depth, from + DEPTH_BLOCK);
      typescriptDenseKernels.addProducts(a, rowsA, b, rowsB, depth, from, to, target);
      yield rowsA * rowsB * (to - from);
    }
    return;
  }
  const { kernels, arrays } = denseWorkspace({
    someA: ROWS_AT_A_TIME * DEPTH_BLOCK,
    someB: ROWS_AT_A_TIME * DEPTH_BLOCK,
    products: ROWS_AT_A_TIME * ROWS_AT_A_TIME,
  });
  const { someA, someB, products } = arrays;
  for (let firstB = 0; firstB < rowsB; firstB += ROWS_AT_A_TIME) {
    const countB = Math.min(ROWS_AT_A_TIME, rowsB - firstB);
    // Blocks above the diagonal are left out.
    for (let firstA = lowerOnly ? firstB : 0; firstA < rowsA; firstA += ROWS_AT_A_TIME) {
      const countA = Math.min(ROWS_AT_A_TIME, rowsA - firstA);
      products.fill(0);
      for (let from = 0; from < depth; from += DEPTH_BLOCK) {
        const length = Math.min(DEPTH_BLOCK, depth - from);
        copyBlock(a, depth, firstA, countA, from, length, someA);
        copyBlock(b, depth, firstB, countB, from, length, someB);
        kernels.addProducts(someA, countA, someB, countB, length, 0, length, products);
      }
      for (let i = 0; i < countA; i++)
        target.set(products.subarray(i * countB, (i + 1) * countB), (firstA + i) * rowsB + firstB);
      yield countA * countB * depth;
    }
  }
}

/** Copies some coordinates of some rows. */
function copyBlock(
  matrix: Float64Array,
  depth: number,
  firstRow: number,
  rows: number,
  from: number,
  length: number,
  block: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const place = (firstRow + row) * depth + from;
    block.set(matrix.subarray(place, place + length), row * length);
  }
}
