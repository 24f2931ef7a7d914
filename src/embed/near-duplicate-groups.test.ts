import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { naiveSimilarSets, unitRows } from "../../test/support/embed/naive-similar-sets.ts";
import { ShapeError } from "../errors.ts";
import { DisjointSets } from "../util/index.ts";
import { joinSimilarRows, nearDuplicateGroups } from "./near-duplicate-groups.ts";

const own = (texts: readonly string[]): Int32Array => Int32Array.from(texts.keys());

describe("near-duplicate groups", () => {
  test("punctuation and one word among many make no other question; other numbers and names do", () => {
    const long =
      "a long story of many different words that goes on and on until its end where somebody asks how it was";
    const texts = [
      "Tom has 3 apples and 4 pears. How many fruits has he?",
      "Tom has 5 apples and 7 pears: how many fruits has he",
      "tom has 3 apples, and 4 pears: how many fruits has he",
      "Who wrote Faust?",
      "Who wrote Emma?",
      `${long} 17`,
      `${long} 18`,
    ];
    expect([...nearDuplicateGroups(texts, own(texts))]).toEqual([0, 1, 0, 2, 3, 4, 4]);
  });

  test("sums that differ in their numbers are no duplicates", () => {
    const texts = ["3 * 2 - 2 - 8 =", "8 * 7 + 2 - 1 =", "What is 1 + 1?", "What is 1 + 2?"];
    expect([...nearDuplicateGroups(texts, own(texts))]).toEqual([0, 1, 2, 3]);
  });

  test("given groups stay joined, and near-duplicates join whole groups", () => {
    const texts = [
      "one apple a day",
      "what is the time",
      "one apple a day!",
      "where is the station",
      "+ + -",
    ];
    expect([...nearDuplicateGroups(texts, Int32Array.of(7, 7, 2, 2, 9))]).toEqual([0, 0, 0, 0, 1]);
    expect([...nearDuplicateGroups(texts, Int32Array.of(7, 5, 2, 2, 9))]).toEqual([0, 1, 0, 0, 2]);
  });

  test("texts without a word that is known are like no other", () => {
    const texts = ["+ + -", "- - +", "+ + -", ""];
    expect([...nearDuplicateGroups(texts, own(texts))]).toEqual([0, 1, 2, 3]);
  });

  test("groups must come one a text", () => {
    expect(() => nearDuplicateGroups(["one"], new Int32Array(2))).toThrow(ShapeError);
  });
});

describe("joining similar rows", () => {
  const rowsOf = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 }), {
    minLength: 1,
    maxLength: 40,
  });

  test("finds the sets that comparing all pairs finds", () => {
    fc.assert(
      fc.property(
        rowsOf,
        fc.constantFrom(0.5, 0.8, 0.9, 0.97, 1 - 1e-6),
        fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 5 }),
        (values, threshold, joined) => {
          const rows = unitRows(values);
          const sets = new DisjointSets(rows.rows);
          const naive = new DisjointSets(rows.rows);
          for (const [one, other] of joined)
            for (const each of [sets, naive]) each.join(one % rows.rows, other % rows.rows);
          joinSimilarRows(rows, threshold, sets);
          naiveSimilarSets(rows, threshold, naive);
          expect([...sets.numbers()]).toEqual([...naive.numbers()]);
        },
      ),
    );
  });

  test("rows that are all near-duplicates are one set, without a comparison of all pairs", () => {
    const length = 20_000;
    // 20 columns are shared; each row has one of its own beside them, so that no two are equal.
    const values = Float32Array.from({ length: 21 * length }, (_, entry) =>
      entry % 21 === 20 ? Math.sqrt(0.05) : Math.sqrt(0.95 / 20),
    );
    const columnIndex = Int32Array.from(values, (_, entry) =>
      entry % 21 === 20 ? 20 + Math.floor(entry / 42) : entry % 21,
    );
    const rowStart = Int32Array.from({ length: length + 1 }, (_, row) => 21 * row);
    const sets = new DisjointSets(length);
    joinSimilarRows(
      { kind: "sparse", rows: length, columns: 20 + length / 2, rowStart, columnIndex, values },
      0.9,
      sets,
    );
    expect(new Set(sets.numbers()).size).toBe(1);
  });
});
