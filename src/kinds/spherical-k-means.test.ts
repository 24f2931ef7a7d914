import { describe, expect, it } from "vitest";
import type { DenseFeatures, SparseFeatures } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { sphericalKMeans } from "./spherical-k-means.ts";

const COLUMNS = 12;

/** Rows near one of three directions each, row i of kind i % 3; the last row is all zeros. */
function plantedRows(count: number, seed: number): DenseFeatures {
  const random = seededRandom(seed);
  const values = new Float32Array((count + 1) * COLUMNS);
  for (let row = 0; row < count; row++) {
    const entries = Array.from({ length: COLUMNS }, (_, column) =>
      Math.floor(column / 4) === row % 3 ? 1 + 0.3 * random.nextNormal() : 0.1 * random.next(),
    );
    const length = Math.hypot(...entries);
    values.set(
      entries.map((entry) => entry / length),
      row * COLUMNS,
    );
  }
  return { kind: "dense", rows: count + 1, columns: COLUMNS, values };
}

function asSparse(dense: DenseFeatures): SparseFeatures {
  const rowStart = new Int32Array(dense.rows + 1);
  const columnIndex: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < dense.rows; row++) {
    for (let column = 0; column < dense.columns; column++) {
      const value = dense.values[row * dense.columns + column]!;
      if (value === 0) continue;
      columnIndex.push(column);
      values.push(value);
    }
    rowStart[row + 1] = values.length;
  }
  return {
    kind: "sparse",
    rows: dense.rows,
    columns: dense.columns,
    rowStart,
    columnIndex: Int32Array.from(columnIndex),
    values: Float32Array.from(values),
  };
}

/** The nearest direction of summed rows, by definition. */
function naiveNearest(features: DenseFeatures, assignment: Int32Array, clusters: number): number[] {
  const makeRow = (row: number): number[] => [
    ...features.values.subarray(row * features.columns, (row + 1) * features.columns),
  ];
  const centers = Array.from({ length: clusters }, (_, cluster) => {
    const sum = new Array<number>(features.columns).fill(0);
    assignment.forEach((each, row) => {
      if (each === cluster) for (const [column, value] of makeRow(row).entries()) sum[column]! += value;
    });
    const length = Math.hypot(...sum);
    return sum.map((value) => value / length);
  });
  return Array.from({ length: features.rows }, (_, row) => {
    const cosines = centers.map((center) =>
      makeRow(row).reduce((sum, value, column) => sum + value * center[column]!, 0),
    );
    return cosines.indexOf(Math.max(...cosines));
  });
}

describe("sphericalKMeans", () => {
  const features = plantedRows(150, 11);
  const { assignment, similarity } = sphericalKMeans(features, { clusters: 3, seed: 7 });

  it("recovers planted directions", () => {
    const labels = [0, 1, 2].map((kind) => assignment[kind]!);
    expect(new Set(labels).size).toBe(3);
    for (let row = 0; row < 150; row++) expect(assignment[row]).toBe(labels[row % 3]);
  });

  it("leaves rows of zeros out", () => {
    expect(assignment[150]).toBe(-1);
    expect(similarity[150]).toBe(0);
  });

  it("rests where every row is nearest to the direction of its own cluster's sum", () => {
    expect([...assignment.subarray(0, 150)]).toEqual(naiveNearest(features, assignment, 3).slice(0, 150));
  });

  it("gives the same for dense and sparse rows, and for the same seed", () => {
    expect(sphericalKMeans(asSparse(features), { clusters: 3, seed: 7 }).assignment).toEqual(assignment);
    expect(sphericalKMeans(features, { clusters: 3, seed: 7 }).similarity).toEqual(similarity);
  });

  it("finds no more clusters than there are different rows", () => {
    const values = new Float32Array(40).map((_, index) => (index % 4 === Math.floor(index / 20) ? 1 : 0));
    const twice: DenseFeatures = { kind: "dense", rows: 10, columns: 4, values };
    const found = sphericalKMeans(twice, { clusters: 5, seed: 1 }).assignment;
    expect(new Set(found).size).toBe(2);
  });

  it("accepts a matrix in which nothing is known", () => {
    const empty: DenseFeatures = { kind: "dense", rows: 4, columns: 2, values: new Float32Array(8) };
    expect([...sphericalKMeans(empty, { clusters: 2, seed: 1 }).assignment]).toEqual([-1, -1, -1, -1]);
  });
});
