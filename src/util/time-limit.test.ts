import { expect, test } from "vitest";
import { withinTimeLimit } from "./index.ts";

test("gives back what the work gives, and throws what it throws", () => {
  expect(withinTimeLimit(1000, () => undefined)).toEqual({ value: undefined });
  expect(withinTimeLimit(1000, () => 3)).toEqual({ value: 3 });
  expect(() =>
    withinTimeLimit(1000, () => {
      throw new RangeError("mine");
    }),
  ).toThrow(RangeError);
});

test("breaks off loops and backtracking, and works again afterwards", () => {
  let rounds = 0;
  const endless = (): never => {
    for (;;) rounds++;
  };
  expect(withinTimeLimit(20, endless)).toBeUndefined();
  expect(withinTimeLimit(20, () => /^(a+)+$/.test(`${"a".repeat(60)}b`))).toBeUndefined();
  expect(withinTimeLimit(1000, () => rounds > 0)).toEqual({ value: true });
});
