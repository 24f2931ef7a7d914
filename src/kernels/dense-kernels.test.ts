import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multiplyTransposedNaive, solveNaive } from "../../test/support/kernels/dense-naive.ts";
import { ShapeError } from "../errors.ts";
import { seededRandom } from "../util/index.ts";
import { choleskyFactor, choleskySolve, solveLowerRows, solveLowerTransposed } from "./cholesky.ts";
import { multiplyTransposed } from "./multiply-transposed.ts";
import { transpose } from "./transpose.ts";
import { tridiagonalize } from "./tridiagonalize.ts";

/** Every size up to some tiles and their remainders, with a seed. */
const sizes = fc.record({ size: fc.integer({ min: 1, max: 23 }), seed: fc.integer() });

function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: rows * columns }, () => random.nextNormal());
}

/** X Xᵀ, so positive semidefinite, of the given rank, plus `ridge` on the diagonal. */
function randomCovariance(size: number, rank: number, ridge: number, seed: number): Float64Array {
  const x = randomMatrix(size, rank, seed);
  const matrix = multiplyTransposedNaive(x, size, x, size, rank);
  for (let i = 0; i < size; i++) matrix[i * size + i]! += ridge;
  return matrix;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (let k = 0; k < found.length; k++) expect(Math.abs(found[k]! - expected[k]!)).toBeLessThan(tolerance);
}

describe("A · Bᵀ", () => {
  const shapes = fc.record({
    rowsA: fc.integer({ min: 1, max: 11 }),
    rowsB: fc.integer({ min: 1, max: 11 }),
    // Beyond one block of depth now and then.
    depth: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(511, 512, 513, 1030)),
    seed: fc.integer(),
  });

  test("equals the naive product for all shapes", () => {
    fc.assert(
      fc.property(shapes, ({ rowsA, rowsB, depth, seed }) => {
        const a = randomMatrix(rowsA, depth, seed);
        const b = randomMatrix(rowsB, depth, seed + 1);
        const found = new Float64Array(rowsA * rowsB).fill(7);
        multiplyTransposed(a, rowsA, b, rowsB, depth, found);
        expectClose(found, multiplyTransposedNaive(a, rowsA, b, rowsB, depth), 1e-10);
      }),
    );
  });

  test("fills the whole lower triangle when only that is asked for", () => {
    fc.assert(
      fc.property(sizes, ({ size, seed }) => {
        const a = randomMatrix(size, 5, seed);
        const found = new Float64Array(size * size);
        multiplyTransposed(a, size, a, size, 5, found, true);
        const expected = multiplyTransposedNaive(a, size, a, size, 5);
        for (let i = 0; i < size; i++) {
          expectClose(
            found.subarray(i * size, i * size + i + 1),
            expected.subarray(i * size, i * size + i + 1),
            1e-12,
          );
        }
      }),
    );
  });
});

test("transposing moves entry (i, j) to (j, i)", () => {
  const [rows, columns] = [37, 65];
  const matrix = randomMatrix(rows, columns, 1);
  const found = transpose(matrix, rows, columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) expect(found[j * rows + i]).toBe(matrix[i * columns + j]);
  }
});

describe("Cholesky factor", () => {
  test("gives the matrix back and solves like elimination", () => {
    fc.assert(
      fc.property(sizes, ({ size, seed }) => {
        const matrix = randomCovariance(size, size, 1, seed);
        const lower = matrix.slice();
        choleskyFactor(lower, size);
        for (let i = 0; i < size; i++) lower.fill(0, i * size + i + 1, (i + 1) * size);
        expectClose(multiplyTransposedNaive(lower, size, lower, size, size), matrix, 1e-9);
        const right = randomMatrix(size, 1, seed + 1);
        const found = right.slice();
        choleskySolve(lower, size, found);
        expectClose(found, solveNaive(matrix, size, right), 1e-8);
      }),
    );
  });

  test("solves many right-hand sides, and with the transpose", () => {
    const [size, rows] = [13, 10];
    const lower = randomCovariance(size, size, 1, 3);
    choleskyFactor(lower, size);
    for (let i = 0; i < size; i++) lower.fill(0, i * size + i + 1, (i + 1) * size);
    const right = randomMatrix(rows, size, 4);
    const found = right.slice();
    solveLowerRows(lower, size, found);
    for (let row = 0; row < rows; row++) {
      const one = right.slice(row * size, (row + 1) * size);
      expectClose(found.subarray(row * size, (row + 1) * size), solveNaive(lower, size, one), 1e-10);
      const back = one.slice();
      solveLowerTransposed(lower, size, back);
      expectClose(back, solveNaive(transpose(lower, size, size), size, one), 1e-10);
    }
  });

  test("refuses a matrix that is not positive definite", () => {
    expect(() => choleskyFactor(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(ShapeError);
    expect(() => choleskyFactor(Float64Array.from([Number.NaN]), 1)).toThrow(ShapeError);
  });
});

describe("tridiagonal form", () => {
  /** Q T Qᵀ and Q Qᵀ, entry by entry. */
  function expectDecomposition(matrix: Float64Array, size: number, tolerance: number): void {
    const lowerOnly = matrix.slice();
    // The upper triangle is not read.
    for (let i = 0; i < size; i++) lowerOnly.fill(Number.NaN, i * size + i + 1, (i + 1) * size);
    const { diagonal, offDiagonal, transform } = tridiagonalize(lowerOnly, size);
    const tridiagonal = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      tridiagonal[i * size + i] = diagonal[i]!;
      if (i === 0) continue;
      tridiagonal[i * size + i - 1] = offDiagonal[i]!;
      tridiagonal[(i - 1) * size + i] = offDiagonal[i]!;
    }
    const half = multiplyTransposedNaive(transform, size, tridiagonal, size, size);
    expectClose(multiplyTransposedNaive(half, size, transform, size, size), matrix, tolerance);
    const identity = new Float64Array(size * size);
    for (let i = 0; i < size; i++) identity[i * size + i] = 1;
    expectClose(multiplyTransposedNaive(transform, size, transform, size, size), identity, 1e-12);
  }

  test("of any symmetric matrix, also of low rank", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 23 }), ({ size, seed }, rank) => {
        expectDecomposition(randomCovariance(size, rank, 0, seed), size, 1e-10);
      }),
    );
  });

  test("of diagonal, constant and badly scaled matrices", () => {
    const size = 9;
    const diagonal = new Float64Array(size * size);
    for (let i = 0; i < size; i++) diagonal[i * size + i] = i - 3;
    expectDecomposition(diagonal, size, 1e-14);
    expectDecomposition(new Float64Array(size * size).fill(1), size, 1e-13);
    expectDecomposition(
      randomCovariance(size, size, 0, 1).map((value) => value * 1e-160),
      size,
      1e-173,
    );
  });

  test("of a matrix as large as a small log", () => {
    const size = 131;
    expectDecomposition(randomCovariance(size, size, 0, 5), size, 1e-9);
  });
});
