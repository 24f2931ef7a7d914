import { beforeEach, expect, test, vi } from "vitest";
import { DataError, LlmError, PromptOirlError, UsageError } from "./errors.ts";

let copy: typeof import("./errors.ts");
beforeEach(async () => {
  vi.resetModules();
  copy = await import("./errors.ts");
});

test("errors of another copy of the package are known by their marker, where instanceof fails", () => {
  const error = new copy.DataError("expected a number", { file: "log.csv", line: 3 });
  expect(error).not.toBeInstanceOf(PromptOirlError);
  expect(PromptOirlError.isInstance(error)).toBe(true);
  expect(DataError.isInstance(error)).toBe(true);
  expect(copy.DataError.isInstance(new DataError("expected a number"))).toBe(true);
});

test("each class knows its own errors, and those of classes made from it", () => {
  class RefusedKeyError extends copy.LlmError {}
  const refused = new RefusedKeyError("the key was refused", false);
  expect(LlmError.isInstance(refused)).toBe(true);
  expect(UsageError.isInstance(refused)).toBe(false);
  expect([refused, new UsageError("unknown flag")].filter(UsageError.isInstance)).toHaveLength(1);
});

test.each([
  undefined,
  null,
  "DATA",
  new Error("DATA"),
  { code: "DATA" },
  { name: "DataError", code: "DATA" },
])("%o is none", (other) => {
  expect(PromptOirlError.isInstance(other)).toBe(false);
  expect(DataError.isInstance(other)).toBe(false);
});

test("the marker is not shown where an error is printed or kept", () => {
  const error = new UsageError("unknown flag");
  expect(Reflect.ownKeys(error)).not.toContain(Symbol.for("prompt-oirl.error"));
  expect(Object.keys(error).sort()).toEqual(["code", "details", "name"]);
});
