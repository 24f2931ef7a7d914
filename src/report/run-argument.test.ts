import { describe, expect, it } from "vitest";
import { runArgument } from "./run-argument.ts";

describe("runArgument", () => {
  it.each([
    ["my-run", "my-run"],
    ["../runs/mawps 1", "'../runs/mawps 1'"],
    ["it's; rm x", "'it'\\''s; rm x'"],
    ["--force", "'./--force'"],
    ["~x", "'~x'"],
  ])("types %s as one argument", (folder, argument) => {
    expect(runArgument(folder)).toBe(argument);
  });

  it.each([null, "", "a\nb", "a\u202eb", "x".repeat(1000)])(
    "gives a placeholder for what cannot be typed: %j",
    (folder) => {
      expect(runArgument(folder)).toBe("<run folder>");
    },
  );
});
