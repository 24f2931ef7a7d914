import { expect, test } from "vitest";
import { createEmbedder, embedTexts } from "../embed/index.ts";
import type { SparseFeatures } from "../types/index.ts";
import { distinctiveFeatures } from "./distinctive-features.ts";

const TEXTS = [
  "what is the capital of it",
  "say the capital of this",
  "what is the plural of it",
  "say the plural of this",
];

function cosine(features: SparseFeatures, one: number, other: number): number {
  const makeRow = (row: number): Map<number, number> => {
    const entries = new Map<number, number>();
    for (let entry = features.rowStart[row]!; entry < features.rowStart[row + 1]!; entry++)
      entries.set(features.columnIndex[entry]!, features.values[entry]!);
    return entries;
  };
  const right = makeRow(other);
  let sum = 0;
  for (const [column, value] of makeRow(one)) sum += value * (right.get(column) ?? 0);
  return sum;
}

test("rows keep length 1, and what all rows have no longer makes them alike", async () => {
  const fitted = await createEmbedder("form-tf").fit(TEXTS);
  const features = (await embedTexts(fitted, TEXTS)) as SparseFeatures;
  const distinctive = distinctiveFeatures(features) as SparseFeatures;
  for (const row of TEXTS.keys()) expect(cosine(distinctive, row, row)).toBeCloseTo(1, 6);
  // Capitals and plurals share "the" and "of", which every row has.
  expect(cosine(distinctive, 0, 3)).toBeLessThan(cosine(features, 0, 3) - 0.1);
});

test("a row of nothing but common columns points nowhere, and dense rows stay", () => {
  const common: SparseFeatures = {
    kind: "sparse",
    rows: 2,
    columns: 1,
    rowStart: Int32Array.of(0, 1, 2),
    columnIndex: Int32Array.of(0, 0),
    values: Float32Array.of(1, 1),
  };
  expect([...(distinctiveFeatures(common) as SparseFeatures).values]).toEqual([0, 0]);
  const dense = { kind: "dense", rows: 1, columns: 1, values: Float32Array.of(1) } as const;
  expect(distinctiveFeatures(dense)).toBe(dense);
});
