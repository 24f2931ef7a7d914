import fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { seededRandom } from "../util/index.ts";
import { agreement } from "./agreement.ts";

const OPTIONS = { seed: 3, resamples: 500 };

/** Units from a table of counts, each a cluster of its own. */
function fromTable(table: readonly (readonly number[])[]): [Int32Array, Int32Array, Int32Array] {
  const judged: number[] = [];
  const known: number[] = [];
  for (const [one, row] of table.entries())
    for (const [other, count] of row.entries())
      for (let unit = 0; unit < count; unit++) {
        judged.push(one);
        known.push(other);
      }
  return [Int32Array.from(judged), Int32Array.from(known), Int32Array.from(judged.keys())];
}

test("Cohen's example of two judges and three classes", () => {
  // Cohen 1960, table 1, as counts of 200 units: agreement .70, by chance .41, kappa .492.
  const found = agreement(
    ...fromTable([
      [88, 14, 18],
      [10, 40, 10],
      [2, 6, 12],
    ]),
    OPTIONS,
  )!;
  expect(found.accuracy).toBeCloseTo(0.7, 12);
  expect(found.kappa).toBeCloseTo((0.7 - 0.41) / (1 - 0.41), 12);
  expect(found.kappaCi95![0]).toBeLessThan(found.kappa!);
  expect(found.kappaCi95![1]).toBeGreaterThan(found.kappa!);
});

test("a judge that always says the same has no agreement beyond chance", () => {
  const found = agreement(
    ...fromTable([
      [0, 0],
      [20, 80],
    ]),
    OPTIONS,
  )!;
  expect([found.accuracy, found.kappa]).toEqual([0.8, 0]);
});

test("kappa's interval stays within what kappa can be", () => {
  const table = [
    [0, 0],
    [1, 6],
  ];
  expect(agreement(...fromTable(table), OPTIONS)!.kappaCi95![0]).toBe(-1);
});

test("a few units that agree perfectly prove little", () => {
  const found = agreement(
    ...fromTable([
      [2, 0],
      [0, 2],
    ]),
    OPTIONS,
  )!;
  expect(found).toMatchObject({ accuracy: 1, kappa: 1 });
  expect(found.kappaCi95![0]).toBeLessThan(0);
  expect(found.kappaCi95![1]).toBe(1);
});

test("nothing is said where there is nothing to say", () => {
  const none = new Int32Array(0);
  expect(agreement(none, none, none, OPTIONS)).toBeNull();
  expect(agreement(...fromTable([[5]]), OPTIONS)).toMatchObject({
    accuracy: 1,
    kappa: null,
    kappaCi95: null,
  });
  expect(() => agreement(none, Int32Array.of(1), none, OPTIONS)).toThrow(ShapeError);
});

test("clusters widen the interval, and the order of units does not matter", () => {
  const random = seededRandom(5);
  const judged = Int32Array.from({ length: 400 }, () => random.nextInteger(2));
  const known = judged.map((value, unit) => (Math.floor(unit / 20) % 4 === 0 ? 1 - value : value));
  const alone = agreement(judged, known, Int32Array.from(judged.keys()), OPTIONS)!;
  const clusters = judged.map((_, unit) => Math.floor(unit / 20));
  const clustered = agreement(judged, known, clusters, OPTIONS)!;
  expect(clustered.kappa).toBe(alone.kappa);
  const width = ([lower, upper]: readonly [number, number]): number => upper - lower;
  expect(width(clustered.kappaCi95!)).toBeGreaterThan(2 * width(alone.kappaCi95!));
  const reversed = agreement(judged.toReversed(), known.toReversed(), clusters.toReversed(), OPTIONS);
  expect(reversed).toEqual(clustered);
});

test("kappa lies between -1 and 1 and inside its interval", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(5)), { minLength: 1, maxLength: 40 }),
      (units) => {
        const column = (position: number): Int32Array => Int32Array.from(units, (unit) => unit[position]!);
        const found = agreement(column(0), column(1), column(2), { seed: 1, resamples: 100 })!;
        if (found.kappa === null) return;
        expect(Math.abs(found.kappa)).toBeLessThanOrEqual(1 + 1e-12);
        expect(found.kappaCi95![0]).toBeLessThanOrEqual(found.kappa + 1e-9);
        expect(found.kappaCi95![1]).toBeGreaterThanOrEqual(found.kappa - 1e-9);
      },
    ),
    { numRuns: 50 },
  );
});
