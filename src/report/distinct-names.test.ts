import { expect, test } from "vitest";
import { distinctNames } from "./distinct-names.ts";

const show = (names: readonly string[], maxLength: number): string[] =>
  names.map(distinctNames(names, maxLength));

test("short names stay, long ones are cut at their end", () => {
  expect(show(["steps", "think step by step"], 10)).toEqual(["steps", "think ste…"]);
});

test("names that differ at their end alone are cut in the middle, so far that they differ", () => {
  expect(show(["answer-question v1", "answer-question v2", "other"], 10)).toEqual([
    "answer-…v1",
    "answer-…v2",
    "other",
  ]);
  expect(show(["answer-question-1-old", "answer-question-2-old"], 12)).toEqual([
    "answer…1-old",
    "answer…2-old",
  ]);
});

test("the same name twice is one name; what differs nowhere near its end is cut as usual", () => {
  expect(show(["answer-question v1", "answer-question v1"], 10)).toEqual(["answer-qu…", "answer-qu…"]);
  const far = ["a".repeat(20) + "b".repeat(20) + "c".repeat(20), `${"a".repeat(20)}x${"c".repeat(40)}`];
  expect(show(far, 10)).toEqual(["aaaaaaaaa…", "aaaaaaaaa…"]);
});
