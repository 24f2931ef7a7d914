import fc from "fast-check";
import { expect, test } from "vitest";
import type { SparseFeatures } from "../types/index.ts";
import { multiplySparse, projectSparseRows, transposeSparse } from "./sparse-products.ts";

interface Case {
  readonly dense: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
}

/** A matrix of any sparsity, and one that it can be multiplied with. Whole numbers, so that sums are exact. */
const matrices: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns, width]) => {
    const matrix = (height: number, breadth: number): fc.Arbitrary<number[][]> =>
      fc.array(fc.array(fc.constantFrom(0, 0, 1, 2, -3), { minLength: breadth, maxLength: breadth }), {
        minLength: height,
        maxLength: height,
      });
    return fc.record({ dense: matrix(rows, columns), right: matrix(columns, width) });
  });

function sparseFrom(dense: Case["dense"], columns: number): SparseFeatures {
  const rowStart = [0];
  const columnIndex: number[] = [];
  const values: number[] = [];
  for (const row of dense) {
    for (const [column, value] of row.entries())
      if (value !== 0) {
        columnIndex.push(column);
        values.push(value);
      }
    rowStart.push(values.length);
  }
  return {
    kind: "sparse",
    rows: dense.length,
    columns,
    rowStart: Int32Array.from(rowStart),
    columnIndex: Int32Array.from(columnIndex),
    values: Float32Array.from(values),
  };
}

function naiveProduct({ dense, right }: Case): number[] {
  const width = right[0]!.length;
  return dense.flatMap((row) =>
    Array.from({ length: width }, (_, k) =>
      row.reduce((sum, value, column) => sum + value * right[column]![k]!, 0),
    ),
  );
}

test("the product is the naive one, whatever stood in the target", () => {
  fc.assert(
    fc.property(matrices, (given) => {
      const width = given.right[0]!.length;
      const target = new Float64Array(given.dense.length * width).fill(7);
      multiplySparse(
        sparseFrom(given.dense, given.right.length),
        Float64Array.from(given.right.flat()),
        width,
        target,
      );
      expect([...target].map((value) => value + 0)).toEqual(naiveProduct(given).map((value) => value + 0));
    }),
  );
});

test("the transpose swaps rows and columns, columns ascending", () => {
  fc.assert(
    fc.property(matrices, ({ dense, right }) => {
      const columns = right.length;
      const flipped = Array.from({ length: columns }, (_, column) => dense.map((row) => row[column]!));
      expect(transposeSparse(sparseFrom(dense, columns))).toEqual(sparseFrom(flipped, dense.length));
    }),
  );
});

test("projected rows are the naive product, scaled to length 1", () => {
  fc.assert(
    fc.property(matrices, (given) => {
      const width = given.right[0]!.length;
      const projected = projectSparseRows(
        sparseFrom(given.dense, given.right.length),
        Float32Array.from(given.right.flat()),
        width,
      );
      const product = naiveProduct(given);
      for (let row = 0; row < given.dense.length; row++) {
        const expected = product.slice(row * width, (row + 1) * width);
        const length = Math.hypot(...expected);
        for (let k = 0; k < width; k++)
          expect(projected[row * width + k]).toBeCloseTo(length === 0 ? 0 : expected[k]! / length, 6);
      }
    }),
  );
});
