import { expect, test } from "vitest";
import { normalCdf } from "./normal.ts";

test.each([
  [0, 0.5],
  [1, 0.8413447461],
  [-1, 0.1586552539],
  [1.959963985, 0.975],
  [-3, 0.001349898],
  [40, 1],
  [-40, 0],
])("the chance of at most %d is %d", (z, chance) => {
  expect(normalCdf(z)).toBeCloseTo(chance, 6);
});
