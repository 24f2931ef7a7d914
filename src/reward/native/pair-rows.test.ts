import { expect, test } from "vitest";
import { ConfigError } from "../../errors.ts";
import type { DenseFeatures } from "../../types/index.ts";
import { pairRows } from "./pair-rows.ts";

const matrix = (rows: number, columns: number, first: number): DenseFeatures => ({
  kind: "dense",
  rows,
  columns,
  values: Float32Array.from({ length: rows * columns }, (_, entry) => first + entry),
});
const queries = matrix(3, 2, 0);
const prompts = matrix(2, 1, 10);
const rewards = {
  queries: 3,
  prompts: 2,
  successes: Float64Array.of(1, 2, 0, 0, 3, 0),
  trials: Float64Array.of(1, 4, 2, 0, 3, 0),
};
const all = Int32Array.of(0, 1, 2);

test("a rate weighs as much as there were trials", () => {
  const { rows, columns, features, labels, weights } = pairRows(queries, prompts, rewards, all, "rate");
  expect([rows, columns]).toEqual([4, 3]);
  expect([...features]).toEqual([0, 1, 10, 0, 1, 11, 2, 3, 10, 4, 5, 10]);
  expect([...labels]).toEqual([1, 0.5, 0, 1]);
  expect([...weights]).toEqual([1, 4, 2, 3]);
});

test("binary labels take two rows where a pair has both", () => {
  const found = pairRows(queries, prompts, rewards, Int32Array.of(0, 2), "binary");
  expect([...found.features]).toEqual([0, 1, 10, 0, 1, 11, 0, 1, 11, 4, 5, 10]);
  expect([...found.labels]).toEqual([1, 1, 0, 1]);
  expect([...found.weights]).toEqual([1, 2, 2, 3]);
});

test("too many numbers are refused before anything is allocated", () => {
  const wide = { ...queries, columns: 2 ** 30 };
  expect(() => pairRows(wide, prompts, rewards, all, "rate")).toThrow(ConfigError);
});
