import { expect, test } from "vitest";
import { seededRandom } from "../util/index.ts";
import { OrderSorter } from "./sorted-order.ts";

test.each([0, 1, 2, 7, 1000, 5000])("%i values: ascending, and each where it stood", (length) => {
  const random = seededRandom(length);
  const sorter = new OrderSorter(length);
  for (let repeat = 0; repeat < 3; repeat++) {
    const values = Float32Array.from({ length }, () =>
      random.next() < 0.2
        ? Math.round(random.nextNormal())
        : random.nextNormal() * 10 ** random.nextInteger(12),
    );
    const sorted = sorter.sort(values);
    expect(sorted.values).toEqual(Float32Array.from(values).sort());
    for (let place = 0; place < length; place++) {
      expect(Object.is(values[sorted.order[place]!], sorted.values[place])).toBe(true);
      const isTie = place > 0 && sorted.values[place] === sorted.values[place - 1];
      if (isTie && !Object.is(sorted.values[place], -0) && !Object.is(sorted.values[place - 1], -0))
        expect(sorted.order[place]!).toBeGreaterThan(sorted.order[place - 1]!);
    }
  }
});

test("puts infinities at the ends and NaN beyond them", () => {
  const values = Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -1);
  const { values: sorted } = new OrderSorter(5).sort(values);
  expect(Array.from(sorted)).toEqual([Number.NEGATIVE_INFINITY, -1, 1, Number.POSITIVE_INFINITY, Number.NaN]);
});
