import fc from "fast-check";
import { expect, test } from "vitest";
import { compareNaturally } from "./natural-order.ts";

test("numbers inside ids count by their value", () => {
  const ids = ["q-10", "q-2", "p", "q-1b", "q-1a", "q-1", "q-01", "10", "9", "q", "p 2 v10", "p 2 v9"];
  expect([...ids].sort(compareNaturally)).toEqual([
    "9",
    "10",
    "p",
    "p 2 v9",
    "p 2 v10",
    "q",
    "q-01",
    "q-1",
    "q-1a",
    "q-1b",
    "q-2",
    "q-10",
  ]);
});

test("any ids have one order, whatever order they come in", () => {
  const id = fc.stringMatching(/^[a01-]{0,6}$/);
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (ids, keys) => {
      const shuffled = ids
        .map((text) => ({ text, key: keys.next().value as number }))
        .sort((one, other) => one.key - other.key)
        .map(({ text }) => text);
      expect(shuffled.sort(compareNaturally)).toEqual([...ids].sort(compareNaturally));
    }),
  );
});
