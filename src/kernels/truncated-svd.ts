import type { SparseFeatures } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { multiplyTransposedSteps } from "./multiply-transposed.ts";
import { multiplySparse, transposeSparse } from "./sparse-products.ts";
import { pauseBetweenSteps, type Steps } from "./steps.ts";
import { symmetricEigenSteps } from "./symmetric-eigen.ts";
import { transpose } from "./transpose.ts";

/** The largest singular values of a matrix and their right singular vectors. */
export interface TruncatedSvd {
  /** At most what was asked for; less where the matrix has no more, or only below a thousandth of the largest. */
  readonly rank: number;
  /** `rank` long, descending, > 0. */
  readonly singularValues: Float64Array;
  /** Row-major, `columns × rank`: row c is what column c of the matrix weighs in each component. */
  readonly rightVectors: Float32Array;
}

export interface TruncatedSvdOptions {
  /** Number of components wanted, ≥ 1. */
  readonly rank: number;
  readonly seed: number;
  /** Passes that turn the subspace towards the large singular values. @default 3 */
  readonly iterations?: number;
  /** Called after each pass. */
  readonly afterPass?: (done: number, total: number) => void;
  /**
   * Called and waited for about every tenth of a second, within passes too, so that the event loop may turn and a
   * signal arrive; throws to stop the work.
   */
  readonly pause?: () => Promise<void>;
}

/** Directions kept beyond those wanted; the last ones wanted converge faster for them. */
const OVERSAMPLING = 32;
/** Columns worked on at a time: a panel of the wide side stays within a few megabytes. */
const PANEL = 32;
/** What a multiplication of a sparse product costs, in those of a dense one: it waits for memory. */
const SPARSE_COST = 4;
/**
 * Singular values below this part of the largest are left out: by the fourth power, which the Gram matrix of an iterate
 * holds, they drown in rounding, and of the matrix they hold a millionth.
 */
const NEGLIGIBLE = 1e-3;
/** A basis this well conditioned (squared) is orthonormal to about 1e-10 after one pass. */
const WELL_CONDITIONED = 1e-6;

/**
 * Truncated singular value decomposition by randomized subspace iteration on A Aᵀ with a Rayleigh–Ritz step at the end
 * (Halko, Martinsson and Tropp 2011, "Finding structure with randomness", algorithm 4.4). Everything dense stands on the
 * side of the rows, so that a vocabulary of any size costs only sparse products. The same seed gives the same result.
 */
export async function truncatedSvd(
  matrix: SparseFeatures,
  options: TruncatedSvdOptions,
): Promise<TruncatedSvd> {
  const { rows } = matrix;
  const iterations = options.iterations ?? 3;
  const both: BothLayouts = { matrix, transposed: transposeSparse(matrix) };
  const isWhole = rows <= options.rank + OVERSAMPLING;
  const passes = isWhole ? 2 : iterations + 2;
  let done = 0;
  const pass = (): void => options.afterPass?.(++done, passes);
  const pause = options.pause ?? (async () => {});

  let basis = isWhole ? identity(rows) : randomBasis(options.rank + OVERSAMPLING, rows, options.seed);
  for (let iteration = 0; !isWhole && iteration < iterations; iteration++) {
    basis = await pauseBetweenSteps(iterate(both, basis), pause);
    pass();
  }
  const { values, leftVectors } = await pauseBetweenSteps(rayleighRitz(both, basis, options.rank), pause);
  pass();
  const singularValues = values.map(Math.sqrt);
  const right = multiplyRight(both.transposed, leftVectors, singularValues);
  const rightVectors = await pauseBetweenSteps(right, pause);
  pass();
  return { rank: values.length, singularValues, rightVectors };
}

/** Vectors over the rows of the matrix, each contiguous: `size × rows`, row-major. */
interface Basis {
  readonly size: number;
  readonly vectors: Float64Array;
}

function identity(size: number): Basis {
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  return { size, vectors };
}

/** Uniform rather than normal numbers: they need no logarithm, whose last bit may differ between machines. */
function randomBasis(size: number, rows: number, seed: number): Basis {
  const random = seededRandom(seed);
  return { size, vectors: Float64Array.from({ length: size * rows }, () => random.next() - 0.5) };
}

/** The matrix and its transpose: a product that gathers is faster than one that scatters. */
interface BothLayouts {
  readonly matrix: SparseFeatures;
  readonly transposed: SparseFeatures;
}

/** One pass: the subspace, turned towards the large singular values. */
function* iterate(both: BothLayouts, basis: Basis): Steps<Basis> {
  return yield* orthonormalize(yield* multiplyByGram(both, basis), both.matrix.rows);
}

/** A Aᵀ times each vector. */
function* multiplyByGram({ matrix, transposed }: BothLayouts, basis: Basis): Steps<Basis> {
  const { rows, columns } = matrix;
  const vectors = new Float64Array(basis.vectors.length);
  const wide = new Float64Array(columns * PANEL);
  const product = new Float64Array(rows * PANEL);
  for (let start = 0; start < basis.size; start += PANEL) {
    const width = Math.min(PANEL, basis.size - start);
    const panel = transpose(basis.vectors.subarray(start * rows, (start + width) * rows), width, rows);
    multiplySparse(transposed, panel, width, wide);
    yield SPARSE_COST * matrix.values.length * width;
    multiplySparse(matrix, wide, width, product);
    vectors.set(transpose(product, rows, width), start * rows);
    yield SPARSE_COST * matrix.values.length * width;
  }
  return { size: basis.size, vectors };
}

/**
 * An orthonormal basis of the same space by the eigenvectors of the Gram matrix (Stathopoulos and Wu 2002, SVQB); unlike
 * a Cholesky factor it takes linearly dependent vectors, and drops them.
 */
function* orthonormalize(basis: Basis, rows: number): Steps<Basis> {
  const { size } = basis;
  const gram = new Float64Array(size * size);
  yield* multiplyTransposedSteps(basis.vectors, size, basis.vectors, size, rows, gram, true);
  const { values, vectors } = yield* symmetricEigenSteps(gram, size);
  const kept = values.findLastIndex((value) => value > NEGLIGIBLE ** 4 * values[0]!) + 1;
  const turned = vectors.subarray(0, kept * size);
  for (let i = 0; i < kept; i++) scaleRow(turned, i * size, size, 1 / Math.sqrt(values[i]!));
  const result = { size: kept, vectors: yield* combine(turned, kept, basis, rows) };
  const isDone = kept === 0 || values[kept - 1]! > WELL_CONDITIONED * values[0]!;
  return isDone ? result : yield* orthonormalize(result, rows);
}

/** The best approximations, within the space of an orthonormal basis, to the largest eigenpairs of A Aᵀ. */
function* rayleighRitz(
  both: BothLayouts,
  basis: Basis,
  rank: number,
): Steps<{ values: Float64Array; leftVectors: Basis }> {
  const { size } = basis;
  const { rows } = both.matrix;
  const projected = new Float64Array(size * size);
  const image = yield* multiplyByGram(both, basis);
  yield* multiplyTransposedSteps(basis.vectors, size, image.vectors, size, rows, projected, true);
  const { values, vectors } = yield* symmetricEigenSteps(projected, size);
  const kept = Math.min(rank, values.findLastIndex((value) => value > NEGLIGIBLE ** 2 * values[0]!) + 1);
  const leftVectors = { size: kept, vectors: yield* combine(vectors, kept, basis, rows) };
  return { values: values.slice(0, kept), leftVectors };
}

/** Linear combinations of the vectors of a basis: row i of `weights` (`count × basis.size`) gives vector i. */
function* combine(weights: Float64Array, count: number, basis: Basis, rows: number): Steps<Float64Array> {
  const combined = new Float64Array(count * rows);
  const byRow = transpose(basis.vectors, basis.size, rows);
  yield* multiplyTransposedSteps(weights, count, byRow, rows, basis.size, combined);
  return combined;
}

/** Aᵀ U Σ⁻¹: the right singular vectors that belong to the left ones. */
function* multiplyRight(
  transposed: SparseFeatures,
  left: Basis,
  singularValues: Float64Array,
): Steps<Float32Array> {
  const { rows: columns, columns: rows } = transposed;
  const rank = left.size;
  const right = new Float32Array(columns * rank);
  const wide = new Float64Array(columns * PANEL);
  for (let start = 0; start < rank; start += PANEL) {
    const width = Math.min(PANEL, rank - start);
    const panel = transpose(left.vectors.subarray(start * rows, (start + width) * rows), width, rows);
    multiplySparse(transposed, panel, width, wide);
    for (let column = 0; column < columns; column++)
      for (let k = 0; k < width; k++)
        right[column * rank + start + k] = wide[column * width + k]! / singularValues[start + k]!;
    yield SPARSE_COST * transposed.values.length * width;
  }
  return right;
}

function scaleRow(matrix: Float64Array, offset: number, length: number, scale: number): void {
  for (let k = offset; k < offset + length; k++) matrix[k]! *= scale;
}
