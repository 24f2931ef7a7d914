import type { FeatureMatrix, NumericArray, StoredState } from "../types/index.ts";
import { checkFinite, headerCount, headerWord, refuse, storedArray } from "./stored-parts.ts";

/** An index over the columns is allocated when a model is restored; far above any vocabulary, far below the memory. */
const MAX_COLUMNS = 2 ** 24;

/** A feature matrix as part of a stored model, its fields named `prefix` + Kind, Rows, Columns, Values, …. */
export function storeFeatures(
  prefix: string,
  features: FeatureMatrix,
): { header: StoredState["header"]; arrays: { [name: string]: NumericArray } } {
  const header = {
    [`${prefix}Kind`]: features.kind,
    [`${prefix}Rows`]: features.rows,
    [`${prefix}Columns`]: features.columns,
  };
  const arrays: { [name: string]: NumericArray } = { [`${prefix}Values`]: features.values };
  if (features.kind === "sparse") {
    arrays[`${prefix}RowStart`] = features.rowStart;
    arrays[`${prefix}ColumnIndex`] = features.columnIndex;
    header[`${prefix}Entries`] = features.values.length;
  }
  return { header, arrays };
}

/** @throws ModelFileError where the stored matrix is inconsistent or holds numbers that are not finite */
export function restoreFeatures(state: StoredState, prefix: string): FeatureMatrix {
  const kind = headerWord(state, `${prefix}Kind`, ["dense", "sparse"]);
  const rows = headerCount(state, `${prefix}Rows`, 0);
  const columns = headerCount(state, `${prefix}Columns`, 0);
  if (columns > MAX_COLUMNS) {
    throw refuse(state, `"${prefix}Columns" is ${columns}`, `at most ${MAX_COLUMNS}`);
  }
  const name = `${prefix}Values`;
  if (kind === "dense") {
    const values = checkFinite(state, name, storedArray(state, name, Float32Array, rows * columns));
    return { kind, rows, columns, values };
  }
  const entries = headerCount(state, `${prefix}Entries`, 0);
  const values = checkFinite(state, name, storedArray(state, name, Float32Array, entries));
  const rowStart = storedArray(state, `${prefix}RowStart`, Int32Array, rows + 1);
  const columnIndex = storedArray(state, `${prefix}ColumnIndex`, Int32Array, entries);
  if (rowStart[0] !== 0 || rowStart[rows] !== entries) {
    throw refuse(
      state,
      `array "${prefix}RowStart" runs from ${rowStart[0]} to ${rowStart[rows]}`,
      `from 0 to ${entries}`,
    );
  }
  for (let row = 0; row < rows; row++) {
    const from = rowStart[row]!;
    const to = rowStart[row + 1]!;
    if (from > to || to > entries) {
      throw refuse(state, `row ${row} of "${prefix}RowStart" ends at ${to}`, `${from} to ${entries}`);
    }
    let previous = -1;
    for (let entry = from; entry < to; entry++) {
      const column = columnIndex[entry]!;
      if (column <= previous || column >= columns) {
        throw refuse(
          state,
          `row ${row} of "${prefix}ColumnIndex" holds ${column} after ${previous}`,
          `ascending columns below ${columns}`,
        );
      }
      previous = column;
    }
  }
  return { kind, rows, columns, rowStart, columnIndex, values };
}
