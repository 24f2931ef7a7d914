import { expect, test } from "vitest";
import { seededRandom } from "../util/index.ts";
import { pauseBetweenSteps } from "./steps.ts";
import { tridiagonalize, tridiagonalizeSteps } from "./tridiagonalize.ts";

const SIZE = 500;

function symmetricMatrix(): Float64Array {
  const random = seededRandom(3);
  return Float64Array.from({ length: SIZE * SIZE }, () => random.next());
}

test("a reduction pauses now and then, and comes to the same", async () => {
  let pauses = 0;
  const reduced = await pauseBetweenSteps(tridiagonalizeSteps(symmetricMatrix(), SIZE), async () => {
    pauses++;
  });
  expect(reduced).toEqual(tridiagonalize(symmetricMatrix(), SIZE));
  expect(pauses).toBeGreaterThan(0);
  expect(pauses).toBeLessThan(10);
});

test("a pause that throws ends it there", async () => {
  const steps = tridiagonalizeSteps(symmetricMatrix(), SIZE);
  const work = pauseBetweenSteps(steps, async () => {
    throw new Error("enough");
  });
  await expect(work).rejects.toThrow("enough");
  expect(steps.next().done).toBe(false);
});
