import fc from "fast-check";
import { expect, test } from "vitest";
import { decayInPlace } from "./decay.ts";

test("agrees with the exponential function to six digits", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -31.9, max: 0, noNaN: true }), { minLength: 1 }), (numbers) => {
      const values = Float64Array.from(numbers);
      decayInPlace(values, 0, values.length, 1, 0);
      numbers.forEach((number, index) => {
        expect(Math.abs(values[index]! / Math.exp(number) - 1)).toBeLessThan(1e-6);
      });
    }),
  );
});

test("leaves what lies outside, scales and shifts, and never exceeds 1", () => {
  const values = Float64Array.of(5, 1, 0.5, 1 + 1e-12, -1000, 5);
  decayInPlace(values, 1, 5, 2, -2);
  expect(values[0]).toBe(5);
  expect(values[5]).toBe(5);
  expect(values[1]).toBeCloseTo(1, 6);
  expect(values[3]).toBe(values[1]);
  expect(values[2]).toBeCloseTo(Math.exp(-1), 6);
  expect(values[4]).toBeLessThan(1e-13);
});
