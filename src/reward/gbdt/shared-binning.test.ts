import { expect, test } from "vitest";
import type { DenseFeatures } from "../../types/index.ts";
import { binQueries } from "./binning.ts";
import { sharedBinning } from "./shared-binning.ts";

function features(): DenseFeatures {
  return { kind: "dense", rows: 4, columns: 1, values: Float32Array.of(3, 1, 2, 0) };
}

test("one matrix is binned once for each number of bins, equal matrices each by themselves", () => {
  const matrix = features();
  const binned = sharedBinning(matrix, 8);
  expect(binned).toEqual(binQueries(matrix, 8));
  expect(sharedBinning(matrix, 8)).toBe(binned);
  expect(sharedBinning(matrix, 2)).toEqual(binQueries(matrix, 2));
  expect(sharedBinning(matrix, 8)).toBe(binned);
  expect(sharedBinning(features(), 8)).not.toBe(binned);
});
