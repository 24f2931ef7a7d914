import { expect, test } from "vitest";
import { ConfigError, DataError, ShapeError } from "../../errors.ts";
import { seededRandom } from "../../util/index.ts";
import { binAt, binQueries, findBin, findCuts } from "./binning.ts";

function exampleColumns(rows: number, columns: number): Float32Array {
  const random = seededRandom(3);
  return Float32Array.from({ length: rows * columns }, (_, place) => {
    const column = place % columns;
    if (column === 0) return 5;
    if (column === 1) return random.nextInteger(3);
    // Half zeros, as in columns of word counts.
    if (column === 2) return Math.max(0, random.nextNormal());
    return random.nextNormal();
  });
}

test.each([256, 16, 2])(
  "at most %i bins: as many cuts up to a value as its bin says; constant columns left out",
  (maxBin) => {
    const [rows, columns] = [700, 21];
    const values = exampleColumns(rows, columns);
    const binned = binQueries({ kind: "dense", rows, columns, values }, maxBin);
    expect(Array.from(binned.columns)).toEqual(Array.from({ length: columns - 1 }, (_, index) => index + 1));
    binned.columns.forEach((column, feature) => {
      const cuts = binned.cuts[feature]!;
      expect(cuts.length).toBeGreaterThan(0);
      expect(cuts.length).toBeLessThan(maxBin);
      for (let row = 0; row < rows; row++)
        expect(binAt(binned, feature, row)).toBe(findBin(cuts, values[row * columns + column]!));
    });
  },
);

test("a sparse matrix is binned like the same one dense", () => {
  const [rows, columns] = [300, 9];
  const values = exampleColumns(rows, columns).map((value) => (value > 0.3 ? value : 0));
  const rowStart = new Int32Array(rows + 1);
  const columnIndex: number[] = [];
  const stored: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      if (values[row * columns + column] !== 0) {
        columnIndex.push(column);
        stored.push(values[row * columns + column]!);
      }
    rowStart[row + 1] = stored.length;
  }
  const sparse = binQueries(
    {
      kind: "sparse",
      rows,
      columns,
      rowStart,
      columnIndex: Int32Array.from(columnIndex),
      values: Float32Array.from(stored),
    },
    32,
  );
  expect(sparse).toEqual(binQueries({ kind: "dense", rows, columns, values }, 32));
});

test("bins hold about as many rows each; a frequent value has its own", () => {
  const sorted = Float32Array.from({ length: 1000 }, (_, row) => (row < 400 ? 0 : row)).sort();
  const cuts = findCuts(sorted, 11);
  expect(cuts[0]).toBe(200);
  const counts = Array.from(cuts, () => 0);
  for (const value of sorted.subarray(400)) counts[findBin(cuts, value) - 1]!++;
  expect(Math.max(...counts)).toBeLessThanOrEqual(62);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(50);
});

test.each([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -Number.NaN])(
  "refuses %d",
  (bad) => {
    const values = Float32Array.of(1, 2, bad, 4);
    expect(() => binQueries({ kind: "dense", rows: 4, columns: 1, values }, 256)).toThrow(DataError);
  },
);

test("a number of bins that a byte cannot hold is refused, and a matrix of another size", () => {
  const features = { kind: "dense", rows: 3, columns: 2, values: exampleColumns(3, 2) } as const;
  for (const maxBin of [300, 257, 1, 2.5, Number.NaN])
    expect(() => binQueries(features, maxBin)).toThrow(ConfigError);
  expect(() => binQueries({ ...features, rows: 30 }, 256)).toThrow(ShapeError);
});

test("no rows make no bins, rather than an error about their values", () => {
  const binned = binQueries({ kind: "dense", rows: 0, columns: 2, values: new Float32Array() }, 256);
  expect(binned.columns).toHaveLength(0);
});
