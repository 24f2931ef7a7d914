import type { FeatureMatrix } from "../types/index.ts";

/** Rows scaled to Euclidean length 1 (rows of zeros stay zeros), in double precision. */
export type UnitRows =
  | {
      readonly kind: "dense";
      readonly rows: number;
      readonly columns: number;
      /** Row-major, `rows × columns`. */
      readonly values: Float64Array;
    }
  | {
      readonly kind: "sparse";
      readonly rows: number;
      readonly columns: number;
      readonly rowStart: Int32Array;
      readonly columnIndex: Int32Array;
      readonly values: Float64Array;
    };

/** Scales every row to length 1, whatever its length was. */
export function unitRows(features: FeatureMatrix): UnitRows {
  const values = new Float64Array(features.values);
  const { rows, columns } = features;
  for (let row = 0; row < rows; row++) {
    const from = features.kind === "dense" ? row * columns : features.rowStart[row]!;
    const to = features.kind === "dense" ? from + columns : features.rowStart[row + 1]!;
    let square = 0;
    for (let k = from; k < to; k++) square += values[k]! * values[k]!;
    if (square === 0) continue;
    const scale = 1 / Math.sqrt(square);
    for (let k = from; k < to; k++) values[k]! *= scale;
  }
  if (features.kind === "dense") return { kind: "dense", rows, columns, values };
  const { rowStart, columnIndex } = features;
  return { kind: "sparse", rows, columns, rowStart, columnIndex, values };
}
