import { ShapeError } from "../errors.ts";
import { pickRows } from "../kernels/index.ts";
import type { DenseFeatures, EmbeddedQueries, FeatureMatrix } from "../types/index.ts";

/**
 * The named rows, in that order; a row may be taken more than once.
 * @param indices 0-based
 * @throws ShapeError for an index outside the matrix
 */
export function selectRows(features: FeatureMatrix, indices: ArrayLike<number>): FeatureMatrix {
  for (let position = 0; position < indices.length; position++) checkRow(features, indices[position]!);
  return pickRows(features, Int32Array.from(indices));
}

/** Whether the text of this row held anything the embedder knows: a row of zeros says no. */
export function hasKnownToken(features: FeatureMatrix, row: number): boolean {
  checkRow(features, row);
  const [start, end] =
    features.kind === "dense"
      ? [row * features.columns, (row + 1) * features.columns]
      : [features.rowStart[row]!, features.rowStart[row + 1]!];
  for (let entry = start; entry < end; entry++) if (features.values[entry] !== 0) return true;
  return false;
}

/**
 * One number a row: 1 where the row is not all zeros (see `hasKnownToken`), in one of several embeddings that are compared
 * by cosines, else 0. Where none is, something is known of every text: what was measured.
 */
export function knownRows(features: EmbeddedQueries): Uint8Array {
  if (features.kind === "blocks") {
    const texts = features.blocks
      .filter(({ kernel }) => kernel === "cosine")
      .map((block) => knownRows(block.features));
    if (texts.length === 0) return new Uint8Array(features.rows).fill(1);
    return Uint8Array.from({ length: features.rows }, (_, row) =>
      texts.some((known) => known[row] === 1) ? 1 : 0,
    );
  }
  return Uint8Array.from({ length: features.rows }, (_, row) => (hasKnownToken(features, row) ? 1 : 0));
}

/** Divides every row by its Euclidean length, in place; rows of zeros stay. */
export function normalizeRows(features: DenseFeatures): void {
  const { rows, columns, values } = features;
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    let squares = 0;
    for (let entry = row * columns; entry < end; entry++) squares += values[entry]! ** 2;
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let entry = row * columns; entry < end; entry++) values[entry]! *= scale;
  }
}

function checkRow(features: FeatureMatrix, row: number): void {
  if (!(Number.isInteger(row) && row >= 0 && row < features.rows))
    throw new ShapeError(`Row ${row} does not exist in a feature matrix of ${features.rows} rows.`, {
      row,
      rows: features.rows,
    });
}
