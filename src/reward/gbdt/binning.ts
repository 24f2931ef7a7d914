import { ConfigError, DataError, ShapeError } from "../../errors.ts";
import { OrderSorter } from "../../kernels/index.ts";
import type { DenseFeatures, FeatureMatrix } from "../../types/index.ts";

/** Most bins a feature may have: a bin is one byte. */
const MAX_BINS = 256;
/** Features stand together in blocks of this many, so that one load brings a query's bins of all four. */
export const BLOCK = 4;

/**
 * Query features cut into bins. A value x lies in bin b if exactly b of the feature's cuts are ≤ x, so that
 * "bin ≤ b" and "x < cuts[b]" say the same.
 */
export interface BinnedQueries {
  readonly queries: number;
  /** Number of columns of the original matrix. */
  readonly originalColumns: number;
  /** Original column of each binned feature, ascending; columns that are constant are left out. */
  readonly columns: Int32Array;
  /** Ascending cuts of each binned feature. */
  readonly cuts: readonly Float32Array[];
  /** u8 `[blocks][queries][4]`; the last block is filled up with features of one bin. */
  readonly bins: Uint8Array;
}

/**
 * Bins every column of a matrix by its quantiles.
 * @param features finite values
 * @param maxBin 2 … 256
 * @throws DataError where a value is not finite
 * @throws ConfigError where `maxBin` is no whole number from 2 to 256
 * @throws ShapeError where a dense matrix has not as many values as rows × columns
 */
export function binQueries(features: FeatureMatrix, maxBin: number): BinnedQueries {
  const queries = features.rows;
  // One bin more, and bytes would overflow into wrong bins.
  if (!Number.isInteger(maxBin) || maxBin < 2 || maxBin > MAX_BINS)
    throw new ConfigError(
      `Query features are to be cut into ${maxBin} bins; expected a whole number from 2 to ${MAX_BINS}.`,
    );
  const expected = queries * features.columns;
  if (features.kind === "dense" && features.values.length !== expected)
    throw new ShapeError(
      `The query features have ${features.values.length} values; expected ${queries} rows × ${features.columns} columns, ${expected}.`,
      { found: features.values.length, expected },
    );
  const readColumn = columnReader(features);
  const sorter = new OrderSorter(queries);
  const columns: number[] = [];
  const allCuts: Float32Array[] = [];
  const bins = new Uint8Array(Math.ceil(features.columns / BLOCK) * BLOCK * queries);
  for (let column = 0; column < features.columns; column++) {
    const { values, order } = sorter.sort(readColumn(column));
    if (queries > 0 && (!Number.isFinite(values[0]) || !Number.isFinite(values[queries - 1])))
      throw new DataError(
        `Query feature ${column} holds a value that is not finite; boosted trees expect numbers. Embed the queries again.`,
      );
    const cuts = findCuts(values, maxBin);
    if (cuts.length === 0) continue;
    const base = Math.floor(columns.length / BLOCK) * queries * BLOCK + (columns.length % BLOCK);
    let bin = 0;
    for (let place = 0; place < queries; place++) {
      while (bin < cuts.length && cuts[bin]! <= values[place]!) bin++;
      bins[base + BLOCK * order[place]!] = bin;
    }
    columns.push(column);
    allCuts.push(cuts);
  }
  return {
    queries,
    originalColumns: features.columns,
    columns: Int32Array.from(columns),
    cuts: allCuts,
    bins: bins.slice(0, Math.ceil(columns.length / BLOCK) * BLOCK * queries),
  };
}

/** Bin of one query's feature. */
export function binAt(binned: BinnedQueries, feature: number, query: number): number {
  return binned.bins[
    Math.floor(feature / BLOCK) * binned.queries * BLOCK + BLOCK * query + (feature % BLOCK)
  ]!;
}

/** Number of cuts ≤ value. */
export function findBin(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < cuts[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Cuts a column into at most `maxBin` bins of about equal size. A value frequent enough to fill a bin has one of
 * its own, and the others share the rest (LightGBM's `GreedyFindBin`).
 * @param sorted finite, ascending
 */
export function findCuts(sorted: Float32Array, maxBin: number): Float32Array {
  const { firsts, frequent, frequentRows } = distinctValues(sorted, sorted.length / maxBin);
  const distinct = firsts.length - 1;
  const cuts: number[] = [];
  const readCount = (index: number): number => firsts[index + 1]! - firsts[index]!;
  const cutBehind = (index: number): void => {
    cuts.push(cutBetween(sorted[firsts[index]!]!, sorted[firsts[index + 1]!]!));
  };
  if (distinct <= maxBin) {
    for (let index = 0; index + 1 < distinct; index++) cutBehind(index);
    return Float32Array.from(cuts);
  }
  const isFrequent = (index: number): boolean => readCount(index) >= sorted.length / maxBin;
  let binsLeft = maxBin - frequent;
  let rowsLeft = sorted.length - frequentRows;
  let target = rowsLeft / binsLeft;
  let inBin = 0;
  for (let index = 0; index + 1 < distinct && cuts.length < maxBin - 1; index++) {
    const hasOwnBin = isFrequent(index);
    inBin += readCount(index);
    if (!hasOwnBin) rowsLeft -= readCount(index);
    const isFull = inBin >= target || (isFrequent(index + 1) && inBin >= Math.max(1, target / 2));
    if (!hasOwnBin && !isFull) continue;
    cutBehind(index);
    inBin = 0;
    if (!hasOwnBin) target = rowsLeft / --binsLeft;
  }
  return Float32Array.from(cuts);
}

/** Where each distinct value begins, and where the last one ends; which of them are frequent. */
function distinctValues(
  sorted: Float32Array,
  frequentFrom: number,
): { firsts: Uint32Array; frequent: number; frequentRows: number } {
  const firsts = new Uint32Array(sorted.length + 1);
  let distinct = 0;
  let frequent = 0;
  let frequentRows = 0;
  let first = 0;
  for (let place = 1; place <= sorted.length; place++) {
    if (place < sorted.length && sorted[place] === sorted[first]) continue;
    firsts[++distinct] = place;
    if (place - first >= frequentFrom) {
      frequent++;
      frequentRows += place - first;
    }
    first = place;
  }
  return { firsts: firsts.subarray(0, distinct + 1), frequent, frequentRows };
}

/** A threshold t with low < t ≤ high in f32: the middle, where rounding leaves one. */
export function cutBetween(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle > low ? middle : high;
}

/** Columns of a dense matrix that are read together, so that what lies side by side is loaded once. */
const COLUMNS_AT_A_TIME = 16;

/** Reads columns of a dense or sparse matrix, in ascending order; the array is valid until the next call. */
function columnReader(features: FeatureMatrix): (column: number) => Float32Array {
  const { rows, columns } = features;
  if (features.kind === "dense") return denseColumnReader(features);
  const buffer = new Float32Array(rows);
  const columnStart = new Int32Array(columns + 1);
  for (const column of features.columnIndex) columnStart[column + 1]!++;
  for (let column = 0; column < columns; column++) columnStart[column + 1]! += columnStart[column]!;
  const next = columnStart.slice(0, columns);
  const entryRow = new Int32Array(features.values.length);
  const entryValue = new Float32Array(features.values.length);
  for (let row = 0; row < rows; row++)
    for (let entry = features.rowStart[row]!; entry < features.rowStart[row + 1]!; entry++) {
      const place = next[features.columnIndex[entry]!]!++;
      entryRow[place] = row;
      entryValue[place] = features.values[entry]!;
    }
  return (column) => {
    buffer.fill(0);
    for (let entry = columnStart[column]!; entry < columnStart[column + 1]!; entry++)
      buffer[entryRow[entry]!] = entryValue[entry]!;
    return buffer;
  };
}

function denseColumnReader({ rows, columns, values }: DenseFeatures): (column: number) => Float32Array {
  const buffer = new Float32Array(rows * COLUMNS_AT_A_TIME);
  return (column) => {
    const first = column - (column % COLUMNS_AT_A_TIME);
    if (column === first) {
      const width = Math.min(COLUMNS_AT_A_TIME, columns - first);
      for (let row = 0; row < rows; row++)
        for (let offset = 0; offset < width; offset++)
          buffer[offset * rows + row] = values[row * columns + first + offset]!;
    }
    return buffer.subarray((column - first) * rows, (column - first + 1) * rows);
  };
}
