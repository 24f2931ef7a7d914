import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argmaxColumn } from "./argmax-column.ts";
import { bestOfN } from "./best-of-n.ts";
import { hybridColumn } from "./hybrid-column.ts";

const makeScores = (...scores: number[]): Float64Array => Float64Array.from(scores);

describe("argmaxColumn", () => {
  test("agrees with sorting by score, then fixed, then column, whatever the order of the candidates", () => {
    const score = fc.oneof(fc.constantFrom(0.1, 0.5, 0.9), fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        fc
          .array(score, { minLength: 1, maxLength: 6 })
          .chain((scores) =>
            fc.tuple(
              fc.constant(scores),
              fc.shuffledSubarray([...scores.keys()]),
              fc.integer({ min: 0, max: scores.length - 1 }),
            ),
          ),
        ([scores, columns, fixedColumn]) => {
          const sorted = columns
            .filter((column) => !Number.isNaN(scores[column]!))
            .sort(
              (one, other) =>
                scores[other]! - scores[one]! ||
                Number(other === fixedColumn) - Number(one === fixedColumn) ||
                one - other,
            );
          const padded = makeScores(9, 9, ...scores);
          expect(argmaxColumn(padded, 2, columns, fixedColumn)).toBe(sorted[0] ?? -1);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a tie goes to the fixed prompt only if it is a candidate", () => {
    expect(argmaxColumn(makeScores(0.5, 0.5, 0.5), 0, [0, 1, 2], 2)).toBe(2);
    expect(argmaxColumn(makeScores(0.5, 0.5, 0.5), 0, [1, 0], 2)).toBe(0);
  });
});

describe("bestOfN", () => {
  test("chooses by row; questions to be kept and unscored ones get the fixed prompt", () => {
    const scores = makeScores(
      0.1,
      0.9,
      0.2,
      0.8,
      0.1,
      0.3,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      0.1,
      0.9,
      0.2,
    );
    const chosen = bestOfN({ scores, prompts: 3, fixedColumn: 2, keepFixed: Uint8Array.of(0, 0, 0, 1) });
    expect([...chosen]).toEqual([1, 0, 2, 2]);
    expect([...bestOfN({ scores, prompts: 3, columns: [0, 2], fixedColumn: 2 })]).toEqual([2, 0, 2, 2]);
  });

  test("leaves the fixed prompt only where another exceeds it by more than the margin", () => {
    const scores = makeScores(0.5, 0.625, 0.5, 0.75, 0.5, 0.5, 0.25, 0.5);
    const choose = (margin?: number): number[] => [
      ...bestOfN({ scores, prompts: 2, fixedColumn: 0, ...(margin !== undefined && { margin }) }),
    ];
    expect(choose()).toEqual([1, 1, 0, 1]);
    expect(choose(0)).toEqual([1, 1, 0, 1]);
    expect(choose(0.125)).toEqual([0, 1, 0, 1]);
    expect(choose(0.25)).toEqual([0, 0, 0, 0]);
  });

  test("agrees with its rule written out literally, whatever margin and candidates", () => {
    const eighths = fc.integer({ min: 0, max: 8 }).map((count) => count / 8);
    fc.assert(
      fc.property(
        fc.array(eighths, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 0, max: 3 }),
        eighths,
        (row, fixedColumn, margin) => {
          const better = [0, 1, 2, 3].filter((column) => row[column]! > row[fixedColumn]! + margin);
          const highest = Math.max(...better.map((column) => row[column]!));
          const expected = better.find((column) => row[column] === highest) ?? fixedColumn;
          expect([...bestOfN({ scores: makeScores(...row), prompts: 4, fixedColumn, margin })]).toEqual([
            expected,
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("refuses broken rows", () => {
    expect(() => bestOfN({ scores: makeScores(1, 2, 3), prompts: 2, fixedColumn: 0 })).toThrow(/rows of 2/);
    expect(() =>
      bestOfN({ scores: makeScores(1, 2), prompts: 2, fixedColumn: 0, keepFixed: new Uint8Array(2) }),
    ).toThrow(/each of 1 questions, found 2/);
  });
});

describe("hybridColumn", () => {
  test("turns to held-out prompts only where every training prompt scores below one half", () => {
    const choose = (...scores: number[]): number => hybridColumn(makeScores(...scores), 0, [0, 1], [2, 3], 0);
    expect(choose(0.2, 0.5, 0.9, 0.8)).toBe(1);
    expect(choose(0.2, 0.49, 0.9, 0.8)).toBe(2);
    expect(choose(0.2, 0.49, 0.1, 0.3)).toBe(3);
    expect(choose(0.2, 0.4, Number.NaN, Number.NaN)).toBe(1);
  });
});
