import { expect, test } from "vitest";
import { timeLeft } from "./progress-bars.ts";

test.for([
  [9, ""],
  [10, "10 s left"],
  [99, "99 s left"],
  [119, "2 min left"],
  [5999, "1 h 40 min left"],
  [7380, "2 h 3 min left"],
  ["0", ""],
  ["NULL", ""],
  ["INF", ""],
] as const)("cli-progress's estimate of %s seconds reads %j", ([seconds, words]) => {
  expect(timeLeft(seconds)).toBe(words);
});
