import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JudgeMode, readVerdict, verdictForm } from "./verdict.ts";

describe("a verdict is read", () => {
  test.each<readonly [JudgeMode, string, number, number]>([
    ["rubric", "It adds up.\nVERDICT: yes", 1, 1],
    ["rubric", "VERDICT: no", 1, 0],
    ["rubric", "**Verdict:** Yes.\n", 1, 1],
    ["rubric", "- reasons\n\n`VERDICT: yes, no, YES`", 3, 2 / 3],
    ["rubric", "VERDICT: yes\nAs I said:\nVERDICT: yes", 1, 1],
    ["score", "Fine.\nSCORE: 10", 1, 1],
    ["score", "score: 1", 1, 0],
    ["score", "**SCORE:** 7/10", 1, 6 / 9],
    ["score", "SCORE: **4**.", 1, 3 / 9],
    ["pairwise", "A is shorter.\nWINNER: A", 1, 1],
    ["pairwise", "WINNER: *b*", 1, 0],
    ["pairwise", "Winner: Tie", 1, 0.5],
    ["rubric", " Yes.\n", 1, 1],
    ["rubric", "yes, no", 2, 0.5],
    ["score", "8", 1, 7 / 9],
    ["pairwise", "**B**", 1, 0],
  ])("%s: %j", (mode, reply, criteria, value) => {
    expect(readVerdict(mode, reply, criteria)).toBeCloseTo(value, 12);
  });
});

describe("what is no verdict is not guessed", () => {
  test.each<readonly [JudgeMode, string, number]>([
    ["rubric", "", 1],
    ["rubric", "Yes, it is correct.", 1],
    ["rubric", "My VERDICT: yes", 1],
    ["rubric", "yes\nno", 1],
    ["pairwise", "A\n\nB", 1],
    ["rubric", "VERDICT: yes or no", 1],
    ["rubric", "VERDICT: maybe", 1],
    ["rubric", "VERDICT: yes", 2],
    ["rubric", "VERDICT: yes, no", 1],
    ["rubric", "VERDICT: yes\nVERDICT: no", 1],
    ["rubric", "VERDICT: yes\nVERDICT: well", 1],
    ["score", "SCORE: 0", 1],
    ["score", "SCORE: 11", 1],
    ["score", "SCORE: -5", 1],
    ["score", "SCORE: 7.5", 1],
    ["score", "SCORE: 7/100", 1],
    ["score", "SCORE: 7 of 8", 1],
    ["score", "I give it a 9", 1],
    ["pairwise", "WINNER: A or B", 1],
    ["pairwise", "WINNER: both", 1],
    ["pairwise", "WINNER: A\nWINNER: B", 1],
  ])("%s: %j", (mode, reply, criteria) => {
    expect(readVerdict(mode, reply, criteria)).toBeNull();
  });

  test("not from any text without a line of the form that is not the bare value", () => {
    const text = fc
      .string({ unit: "binary", maxLength: 300 })
      .filter((reply) => !/verdict|score|winner|^[\W_]*(yes|no|a|b|tie|\d+)[\W_]*$/i.test(reply));
    const mode = fc.constantFrom<JudgeMode>("rubric", "score", "pairwise");
    fc.assert(
      fc.property(text, mode, (reply, which) => {
        expect(readVerdict(which, reply, 1)).toBeNull();
      }),
    );
    for (const piece of ["VERDICT:", "*", "VERDICT: yes\n", "VERDICT: *", "\n", "VERDICT ", "VERDICT:yes,"])
      readVerdict("rubric", piece.repeat(50_000), 1);
  });
});

test("whatever stands before it, a line of the form asked for is read, in any usual decoration", () => {
  const words = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });
  const decoration = fc.constantFrom("", "*", "**", "`", "_", '"');
  const before = fc.stringMatching(/^[a-z ,.\n]*$/).filter((text) => !/verdict/i.test(text));
  fc.assert(
    fc.property(before, words, decoration, fc.constantFrom("", "."), (reason, met, mark, stop) => {
      const stated = met.map((is) => (is ? "yes" : "no")).join(", ");
      const share = met.filter(Boolean).length / met.length;
      expect(readVerdict("rubric", `${reason}\n${mark}VERDICT: ${stated}${stop}${mark}`, met.length)).toBe(
        share,
      );
      expect(readVerdict("rubric", `${reason}\n${mark}VERDICT:${mark} ${stated}${stop}`, met.length)).toBe(
        share,
      );
    }),
  );
  for (const mode of ["rubric", "score", "pairwise"] as const)
    expect(readVerdict(mode, verdictForm(mode, 3), 3)).not.toBeNull();
});

test("a reply of nothing but line ends, or of spaces between words, takes no time that grows with its square", () => {
  const long = 1_000_000;
  expect(readVerdict("score", "\n".repeat(long), 1)).toBeNull();
  expect(readVerdict("score", `a${" ".repeat(long)}b`, 1)).toBeNull();
  expect(readVerdict("score", `SCORE: a${"*".repeat(long)}b`, 1)).toBeNull();
  expect(readVerdict("score", `SCORE: 4${"\n".repeat(long)}`, 1)).toBeCloseTo(3 / 9, 12);
});
