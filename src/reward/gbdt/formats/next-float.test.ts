import fc from "fast-check";
import { expect, test } from "vitest";
import { nextFloat32, previousFloat64 } from "./next-float.ts";

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

test("the next 32-bit float is the least one above", () => {
  fc.assert(
    fc.property(float32, (value) => {
      const next = nextFloat32(value);
      expect(next).toBeGreaterThan(value);
      // Nothing lies between the two: their middle rounds to one of them.
      const middle = Math.fround(value + (next - value) / 2);
      expect(middle === value || middle === next || next === Number.POSITIVE_INFINITY).toBe(true);
    }),
  );
});

test("≤ of a 64-bit threshold is < of the next 32-bit float, for every 32-bit value", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), float32, fc.nat(4), (threshold, value, steps) => {
      // Values near the threshold, where it could go wrong, and anywhere.
      let near = Math.fround(threshold);
      for (let step = 0; step < steps && Number.isFinite(near); step++) near = -nextFloat32(-near);
      for (const tried of [value, near, nextFloat32(near)])
        if (Number.isFinite(tried)) expect(tried < nextFloat32(threshold)).toBe(tried <= threshold);
    }),
  );
});

test("< of a threshold is ≤ of the 64-bit float before it, and back again", () => {
  fc.assert(
    fc.property(float32, fc.double({ noNaN: true }), (threshold, value) => {
      const before = previousFloat64(threshold);
      for (const tried of [value, threshold, before]) expect(tried <= before).toBe(tried < threshold);
      expect(nextFloat32(before) === threshold).toBe(true);
    }),
  );
});
