import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import type { RewardMatrix } from "../types/index.ts";
import { bestFixedPrompt } from "./best-fixed-prompt.ts";

/** Rows of mean rewards; null where never tried. */
function matrix(rows: readonly (readonly (number | null)[])[]): RewardMatrix {
  const cells = rows.flat();
  return {
    queries: rows.length,
    prompts: rows[0]?.length ?? 0,
    successes: Float64Array.from(cells, (cell) => cell ?? 0),
    trials: Float64Array.from(cells, (cell) => (cell === null ? 0 : 1)),
  };
}

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

test("the highest mean wins, ties go to the first", () => {
  const rewards = matrix([
    [0, 1, 1],
    [1, 1, 1],
  ]);
  expect(bestFixedPrompt(rewards, ones(2))).toMatchObject({ column: 1, means: Float64Array.of(0.5, 1, 1) });
});

test("weights count, and a question of weight 0 does not", () => {
  const rewards = matrix([
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
  expect(bestFixedPrompt(rewards, Float64Array.of(5, 1, 0)).column).toBe(0);
});

test("a prompt that was lucky on a few questions is not named best over well-tried ones", () => {
  const rows = Array.from({ length: 100 }, (_, query) => [query % 2, query < 3 ? 1 : null]);
  const { column, eligible } = bestFixedPrompt(matrix(rows), ones(100));
  expect(column).toBe(0);
  expect(eligible).toEqual([true, false]);
});

test("prompts are compared on common questions where these are at least half", () => {
  // The second prompt was also tried on ten easy questions that the first never saw.
  const common = Array.from({ length: 20 }, (_, query) => [query < 12 ? 1 : 0, query < 10 ? 1 : 0]);
  const easy = Array.from({ length: 10 }, () => [null, 1]);
  expect(bestFixedPrompt(matrix([...common, ...easy]), ones(30)).column).toBe(0);
});

test("nothing labeled is an error", () => {
  expect(() => bestFixedPrompt(matrix([[null, null]]), ones(1))).toThrow(ShapeError);
});
