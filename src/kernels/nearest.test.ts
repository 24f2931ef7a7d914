import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test("equals sorting everything and taking the front, ties included", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 2, max: 5 }),
      (values, count, step) => {
        const similarities = Float64Array.from(values);
        const rows = values.map((_, row) => row);
        const candidates = rows.filter((row) => row % step !== 0);
        const isExcluded = (row: number): boolean => row % 7 === 3;
        const expected = candidates
          .filter((row) => !isExcluded(row))
          .sort((one, other) => values[other]! - values[one]! || one - other)
          .slice(0, count);
        expect([...nearest(similarities, Int32Array.from(candidates), count, isExcluded)]).toEqual(expected);
      },
    ),
  );
});
