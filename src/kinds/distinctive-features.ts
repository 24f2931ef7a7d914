import type { FeatureMatrix } from "../types/index.ts";

/**
 * Weighs each column by how few rows have it, log((1 + n) / (1 + n_column)), so that rows are alike by what sets them
 * apart ("the capital of") rather than by what nearly all have ("what is the"). Dense rows, which have every column,
 * stay as they are.
 * @returns rows of length 1, or 0 where nothing tells a row apart
 */
export function distinctiveFeatures(features: FeatureMatrix): FeatureMatrix {
  if (features.kind === "dense") return features;
  const { rows, columns, rowStart, columnIndex } = features;
  const rowsWith = new Float64Array(columns);
  for (const column of columnIndex) rowsWith[column]!++;
  const values = features.values.map(
    (value, entry) => value * Math.log((1 + rows) / (1 + rowsWith[columnIndex[entry]!]!)),
  );
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(rowStart[row]!, rowStart[row + 1]!);
    const length = Math.hypot(...part);
    if (length > 0) for (let entry = 0; entry < part.length; entry++) part[entry]! /= length;
  }
  return { ...features, values };
}
