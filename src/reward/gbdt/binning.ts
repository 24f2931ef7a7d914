import { DataError } from "../../errors.ts";
import type { FeatureMatrix } from "../../types/index.ts";

/** Most bins a feature may have: a bin is one byte. */
export const MAX_BINS = 256;
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
 */
export function binQueries(features: FeatureMatrix, maxBin: number): BinnedQueries {
  const queries = features.rows;
  const readColumn = columnReader(features);
  const sorted = new Float32Array(queries);
  const kept: { column: number; cuts: Float32Array; bins: Uint8Array }[] = [];
  for (let column = 0; column < features.columns; column++) {
    const values = readColumn(column);
    sorted.set(values);
    sorted.sort();
    if (!Number.isFinite(sorted[0]) || !Number.isFinite(sorted[queries - 1]))
      throw new DataError(
        `Query feature ${column} holds a value that is not finite; boosted trees expect numbers. Embed the queries again.`,
      );
    const cuts = findCuts(sorted, maxBin);
    if (cuts.length > 0) kept.push({ column, cuts, bins: Uint8Array.from(values, (x) => binOf(cuts, x)) });
  }
  const bins = new Uint8Array(Math.ceil(kept.length / BLOCK) * BLOCK * queries);
  kept.forEach((feature, index) => {
    const base = Math.floor(index / BLOCK) * queries * BLOCK + (index % BLOCK);
    for (let query = 0; query < queries; query++) bins[base + BLOCK * query] = feature.bins[query]!;
  });
  return {
    queries,
    originalColumns: features.columns,
    columns: Int32Array.from(kept, ({ column }) => column),
    cuts: kept.map(({ cuts }) => cuts),
    bins,
  };
}

/** Bin of one query's feature. */
export function binAt(binned: BinnedQueries, feature: number, query: number): number {
  return binned.bins[
    Math.floor(feature / BLOCK) * binned.queries * BLOCK + BLOCK * query + (feature % BLOCK)
  ]!;
}

/** Number of cuts ≤ value. */
export function binOf(cuts: Float32Array, value: number): number {
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
  const { values, counts } = distinctValues(sorted);
  const cuts: number[] = [];
  const cutBehind = (index: number): void => {
    cuts.push(cutBetween(values[index]!, values[index + 1]!));
  };
  if (values.length <= maxBin) {
    for (let index = 0; index + 1 < values.length; index++) cutBehind(index);
    return Float32Array.from(cuts);
  }
  const isFrequent = counts.map((count) => count >= sorted.length / maxBin);
  let binsLeft = maxBin - isFrequent.filter(Boolean).length;
  let rowsLeft = counts.reduce((sum, count, index) => sum + (isFrequent[index] ? 0 : count), 0);
  let target = rowsLeft / binsLeft;
  let inBin = 0;
  for (let index = 0; index + 1 < values.length && cuts.length < maxBin - 1; index++) {
    inBin += counts[index]!;
    if (!isFrequent[index]) rowsLeft -= counts[index]!;
    const isFull = inBin >= target || (isFrequent[index + 1]! && inBin >= Math.max(1, target / 2));
    if (!isFrequent[index] && !isFull) continue;
    cutBehind(index);
    inBin = 0;
    if (!isFrequent[index]) target = rowsLeft / --binsLeft;
  }
  return Float32Array.from(cuts);
}

function distinctValues(sorted: Float32Array): { values: number[]; counts: number[] } {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (values.length > 0 && values[values.length - 1] === value) counts[counts.length - 1]!++;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

/** A threshold t with low < t ≤ high in f32: the middle, where rounding leaves one. */
export function cutBetween(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle > low ? middle : high;
}

/** Reads columns of a dense or sparse matrix; the array is valid until the next call. */
function columnReader(features: FeatureMatrix): (column: number) => Float32Array {
  const { rows, columns } = features;
  const buffer = new Float32Array(rows);
  if (features.kind === "dense")
    return (column) => {
      for (let row = 0; row < rows; row++) buffer[row] = features.values[row * columns + column]!;
      return buffer;
    };
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
