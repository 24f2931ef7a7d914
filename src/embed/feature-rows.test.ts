import fc from "fast-check";
import { expect, test } from "vitest";
import { denseRows } from "../../test/support/embed/embedder-contract.ts";
import { ShapeError } from "../errors.ts";
import type { DenseFeatures, FeatureBlock, FeatureMatrix, SparseFeatures } from "../types/index.ts";
import { hasKnownToken, knownRows, normalizeRows, selectRows } from "./feature-rows.ts";

function denseFrom(rows: readonly (readonly number[])[]): DenseFeatures {
  return {
    kind: "dense",
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    values: Float32Array.from(rows.flat()),
  };
}

function sparseFrom(rows: readonly (readonly number[])[]): SparseFeatures {
  const entries = rows.map((row) => [...row.entries()].filter(([, value]) => value !== 0));
  const rowStart = [0];
  for (const row of entries) rowStart.push(rowStart.at(-1)! + row.length);
  return {
    kind: "sparse",
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    rowStart: Int32Array.from(rowStart),
    columnIndex: Int32Array.from(entries.flat(), ([column]) => column),
    values: Float32Array.from(entries.flat(), ([, value]) => value),
  };
}

const rows = fc.array(fc.array(fc.constantFrom(0, 0, 1, -2), { minLength: 3, maxLength: 3 }), {
  minLength: 1,
  maxLength: 6,
});

test("selected rows are the rows themselves, in either layout", () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat(), { maxLength: 8 }), (matrix, numbers) => {
      const indices = numbers.map((number) => number % matrix.length);
      const expected = indices.map((index) => matrix[index]!);
      for (const features of [denseFrom(matrix), sparseFrom(matrix)]) {
        const selected = selectRows(features, indices);
        expect(selected.kind).toBe(features.kind);
        expect(selected.columns).toBe(3);
        expect(denseRows(selected)).toEqual(expected);
      }
    }),
  );
});

test("a row is known where any value is not zero", () => {
  fc.assert(
    fc.property(rows, (matrix) => {
      const expected = matrix.map((row) => row.some((value) => value !== 0));
      for (const features of [denseFrom(matrix), sparseFrom(matrix)] as FeatureMatrix[]) {
        expect(matrix.map((_, row) => hasKnownToken(features, row))).toEqual(expected);
        expect([...knownRows(features)]).toEqual(expected.map(Number));
      }
    }),
  );
});

test("of several embeddings, those compared by cosines say what is known", () => {
  const block = (kernel: FeatureBlock["kernel"], features: FeatureMatrix): FeatureBlock => ({
    ...{ name: kernel, kernel, features },
  });
  const features = {
    kind: "blocks",
    rows: 4,
    blocks: [
      block("cosine", sparseFrom([[1], [0], [0], [0]])),
      block("gaussian", denseFrom([[1], [1], [0], [3]])),
      block("cosine", denseFrom([[0], [0], [0], [2]])),
    ],
    sums: [[0]],
  } as const;
  expect([...knownRows(features)]).toEqual([1, 0, 0, 1]);
  const measured = { ...features, blocks: features.blocks.slice(1, 2) };
  expect([...knownRows(measured)]).toEqual([1, 1, 1, 1]);
});

test.each([-1, 2, 0.5, Number.NaN])("row %s of two is refused", (row) => {
  const features = sparseFrom([[1], [0]]);
  expect(() => selectRows(features, [row])).toThrow(ShapeError);
  expect(() => hasKnownToken(features, row)).toThrow(
    `Row ${row} does not exist in a feature matrix of 2 rows.`,
  );
});

test("normalized rows have length 1, rows of zeros stay, extreme values neither overflow nor vanish", () => {
  const features = denseFrom([
    [3, 4],
    [0, 0],
    [1e38, 1e38],
    [1e-40, 0],
  ]);
  normalizeRows(features);
  const [first, second, third, fourth] = denseRows(features);
  expect(first![0]).toBeCloseTo(0.6, 6);
  expect(second).toEqual([0, 0]);
  expect(third![0]).toBeCloseTo(Math.SQRT1_2, 6);
  expect(fourth).toEqual([1, 0]);
});
