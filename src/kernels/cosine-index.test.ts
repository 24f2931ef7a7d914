import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cosineNaive } from "../../test/support/kernels/dense-naive.ts";
import { ShapeError } from "../errors.ts";
import type { FeatureMatrix } from "../types/index.ts";
import { cosineIndex } from "./cosine-index.ts";
import { pickRows } from "./pick-rows.ts";
import { unitRows } from "./unit-rows.ts";

const COLUMNS = 7;

/** Rows of numbers, many of them zero, some rows all zero. */
const rowsOfNumbers = fc.array(
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }) },
    ),
    {
      minLength: COLUMNS,
      maxLength: COLUMNS,
    },
  ),
  { minLength: 1, maxLength: 9 },
);

function dense(rows: number[][]): FeatureMatrix {
  return { kind: "dense", rows: rows.length, columns: COLUMNS, values: Float32Array.from(rows.flat()) };
}

function sparse(rows: number[][]): FeatureMatrix {
  const entries = rows.map((row) => row.flatMap((value, column) => (value === 0 ? [] : [{ column, value }])));
  const rowStart = new Int32Array(rows.length + 1);
  entries.forEach((row, index) => {
    rowStart[index + 1] = rowStart[index]! + row.length;
  });
  const flat = entries.flat();
  return {
    kind: "sparse",
    rows: rows.length,
    columns: COLUMNS,
    rowStart,
    columnIndex: Int32Array.from(flat, ({ column }) => column),
    values: Float32Array.from(flat, ({ value }) => value),
  };
}

describe.each([
  ["dense", dense],
  ["sparse", sparse],
])("cosines of %s rows", (_, build) => {
  test("equal the naive cosine, for any block of queries", () => {
    fc.assert(
      fc.property(rowsOfNumbers, rowsOfNumbers, fc.nat(8), (anchors, queries, start) => {
        const from = start % queries.length;
        const index = cosineIndex(unitRows(build(anchors)));
        const found = new Float64Array((queries.length - from) * anchors.length).fill(7);
        index.cosines(unitRows(build(queries)), from, queries.length, found);
        queries.slice(from).forEach((query, i) => {
          anchors.forEach((anchor, j) => {
            expect(found[i * anchors.length + j]).toBeCloseTo(cosineNaive(query, anchor), 12);
          });
        });
      }),
    );
  });

  test("picked rows are the rows asked for, in that order", () => {
    fc.assert(
      fc.property(rowsOfNumbers, fc.array(fc.nat(8), { maxLength: 12 }), (rows, picks) => {
        const wanted = Int32Array.from(picks, (pick) => pick % rows.length);
        const found = pickRows(build(rows), wanted);
        expect(found).toEqual(build([...wanted].map((row) => rows[row]!)));
      }),
    );
  });
});

test("rows of another kind or width are refused, with both numbers", () => {
  const index = cosineIndex(unitRows(sparse([[1, 0, 0, 0, 0, 0, 0]])));
  const target = new Float64Array(1);
  expect(() => index.cosines(unitRows(dense([[1, 0, 0, 0, 0, 0, 0]])), 0, 1, target)).toThrow(ShapeError);
  const wider: FeatureMatrix = { ...sparse([[1, 0, 0, 0, 0, 0, 0]]), columns: 8 };
  expect(() => index.cosines(unitRows(wider), 0, 1, target)).toThrow(/8 columns.*7 columns/);
});
