import { expect, test } from "vitest";
import type { SparseFeatures } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { type TruncatedSvd, truncatedSvd } from "./truncated-svd.ts";

/** A random matrix with about `filled` of its entries not zero. */
function randomRows(rows: number, columns: number, filled: number, seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => (random.next() < filled ? Math.fround(random.next()) : 0)),
  );
}

function sparseFrom(dense: readonly (readonly number[])[]): SparseFeatures {
  const entries = dense.map((row) => [...row.entries()].filter(([, value]) => value !== 0));
  const rowStart = [0];
  for (const row of entries) rowStart.push(rowStart.at(-1)! + row.length);
  return {
    kind: "sparse",
    rows: dense.length,
    columns: dense[0]!.length,
    rowStart: Int32Array.from(rowStart),
    columnIndex: Int32Array.from(entries.flat(), ([column]) => column),
    values: Float32Array.from(entries.flat(), ([, value]) => value),
  };
}

/**
 * Naive twin: one-sided Jacobi (Hestenes) turns the columns until all are orthogonal; their lengths are the singular
 * values.
 */
function naiveSingularValues(dense: readonly (readonly number[])[]): number[] {
  const columns = dense[0]!.map((_, column) => dense.map((row) => row[column]!));
  const scalar = (left: readonly number[], right: readonly number[]): number =>
    left.reduce((sum, value, index) => sum + value * right[index]!, 0);
  for (let sweep = 0; sweep < 40; sweep++)
    for (let i = 0; i < columns.length; i++)
      for (let j = 0; j < i; j++) {
        const [a, b, c] = [
          scalar(columns[i]!, columns[i]!),
          scalar(columns[j]!, columns[j]!),
          scalar(columns[i]!, columns[j]!),
        ];
        if (Math.abs(c) <= 1e-15 * Math.sqrt(a * b)) continue;
        const angle = 0.5 * Math.atan2(2 * c, a - b);
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        const old = columns[i]!;
        columns[i] = old.map((value, k) => cosine * value + sine * columns[j]![k]!);
        columns[j] = columns[j]!.map((value, k) => cosine * value - sine * old[k]!);
      }
  return columns.map((column) => Math.hypot(...column)).sort((left, right) => right - left);
}

function expectOrthonormal({ rank, rightVectors }: TruncatedSvd): void {
  const columns = rightVectors.length / rank;
  for (let i = 0; i < rank; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += rightVectors[c * rank + i]! * rightVectors[c * rank + j]!;
      expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-5);
    }
}

/** Lengths of A v, which are the singular values where v are the true vectors. */
function stretches(dense: readonly (readonly number[])[], { rank, rightVectors }: TruncatedSvd): number[] {
  return Array.from({ length: rank }, (_, k) =>
    Math.hypot(
      ...dense.map((row) => row.reduce((sum, value, c) => sum + value * rightVectors[c * rank + k]!, 0)),
    ),
  );
}

test.each([
  ["fewer rows than directions: exact at once", 25, 40, 10, 0],
  ["more rows than directions, more columns", 90, 120, 6, 60],
  ["few columns", 150, 12, 5, 40],
])("%s", async (_, rows, columns, rank, iterations) => {
  const dense = randomRows(rows, columns, 0.2, 11);
  const svd = await truncatedSvd(sparseFrom(dense), { rank, seed: 1, iterations });
  const expected = naiveSingularValues(dense).slice(0, rank);
  expect(svd.rank).toBe(rank);
  for (const [index, value] of svd.singularValues.entries()) expect(value).toBeCloseTo(expected[index]!, 6);
  for (const [index, value] of stretches(dense, svd).entries())
    expect(value).toBeCloseTo(expected[index]!, 4);
  expectOrthonormal(svd);
});

test("the default number of passes keeps nearly all that could be kept", async () => {
  const dense = randomRows(200, 150, 0.05, 3);
  const svd = await truncatedSvd(sparseFrom(dense), { rank: 40, seed: 1 });
  const best = naiveSingularValues(dense).slice(0, 40);
  const squares = (values: Iterable<number>): number =>
    [...values].reduce((sum, value) => sum + value * value, 0);
  expect(squares(svd.singularValues)).toBeLessThanOrEqual(squares(best) * (1 + 1e-9));
  expect(squares(svd.singularValues)).toBeGreaterThan(squares(best) * 0.98);
  expectOrthonormal(svd);
});

test("a matrix of low rank has no more components than its rank", async () => {
  const base = randomRows(3, 80, 0.4, 5);
  const dense = Array.from({ length: 120 }, (_, row) => base[row % 3]!);
  const svd = await truncatedSvd(sparseFrom(dense), { rank: 20, seed: 1 });
  expect(svd.rank).toBe(3);
  const expected = naiveSingularValues(dense).slice(0, 3);
  for (const [index, value] of svd.singularValues.entries()) expect(value).toBeCloseTo(expected[index]!, 6);
});

test.each([5, 100])(
  "of %i rows, components below a thousandth of the first are left out, others are exact",
  async (rows) => {
    const scales = [1, 0.1, 0.01, 0.002, 0.0001];
    const dense = Array.from({ length: rows }, (_, row) =>
      scales.map((scale, column) => (row % 5 === column ? scale : 0)),
    );
    const svd = await truncatedSvd(sparseFrom(dense), { rank: 5, seed: 1 });
    expect(svd.rank).toBe(4);
    for (const [index, value] of svd.singularValues.entries())
      expect(Math.abs(value / (Math.fround(scales[index]!) * Math.sqrt(rows / 5)) - 1)).toBeLessThan(1e-9);
  },
);

test("a matrix of zeros has no components", async () => {
  for (const rows of [3, 100]) {
    const svd = await truncatedSvd(sparseFrom(Array.from({ length: rows }, () => [0, 0])), {
      rank: 2,
      seed: 1,
    });
    expect(svd).toMatchObject({ rank: 0, rightVectors: new Float32Array(0) });
  }
});

test("one seed gives one result; passes are counted; what the caller throws stops the work", async () => {
  const matrix = sparseFrom(randomRows(100, 60, 0.2, 9));
  const passes: string[] = [];
  const afterPass = (done: number, total: number): void => void passes.push(`${done}/${total}`);
  const first = await truncatedSvd(matrix, { rank: 8, seed: 2, iterations: 2, afterPass });
  expect(passes).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  expect(await truncatedSvd(matrix, { rank: 8, seed: 2, iterations: 2 })).toEqual(first);
  expect(await truncatedSvd(matrix, { rank: 8, seed: 3, iterations: 2 })).not.toEqual(first);
  const stop = (): never => {
    throw new Error("enough");
  };
  await expect(truncatedSvd(matrix, { rank: 8, seed: 2, afterPass: stop })).rejects.toThrow("enough");
});

test("within a pass it pauses too, comes to the same bits, and can be stopped there", async () => {
  const matrix = sparseFrom(randomRows(1200, 400, 0.1, 4));
  const options = { rank: 250, seed: 5, iterations: 1 };
  const events: string[] = [];
  const paused = await truncatedSvd(matrix, {
    ...options,
    afterPass: (done) => void events.push(`pass ${done}`),
    pause: async () => void events.push("pause"),
  });
  expect(paused).toEqual(await truncatedSvd(matrix, options));
  expect(events.indexOf("pause")).toBeGreaterThan(-1);
  expect(events.indexOf("pause")).toBeLessThan(events.indexOf("pass 1"));
  let passes = 0;
  const stopped = truncatedSvd(matrix, {
    ...options,
    afterPass: () => void passes++,
    pause: async () => {
      throw new Error("enough");
    },
  });
  await expect(stopped).rejects.toThrow("enough");
  expect(passes).toBe(0);
});
