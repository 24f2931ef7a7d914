import { expect, test } from "vitest";
import { type AnswerParts, answerKind } from "./answer-kind.ts";
import { createGrader } from "./create-grader.ts";

test.each<[AnswerParts, string]>([
  [{ text: "12", finishReason: "stop" }, "answer"],
  [{ text: "12" }, "answer"],
  [{ text: "12", finishReason: "tool_calls" }, "answer"],
  [{ text: "", finishReason: "stop" }, "empty"],
  [{ text: " \n" }, "empty"],
  [{ text: "First I", finishReason: "length" }, "cut-off"],
  [{ text: "First I", finishReason: "MAX_TOKENS" }, "cut-off"],
  [{ text: null, finishReason: "max_tokens" }, "cut-off"],
  [{ text: null, finishReason: "stop" }, "missing"],
  [{ text: undefined }, "missing"],
  [{ text: null, finishReason: "tool_use" }, "tool-call"],
  [{ text: "", finishReason: "stop", callsTool: true }, "tool-call"],
  [{ text: "Half a", finishReason: "content_filter" }, "filtered"],
  [{ text: "", finishReason: "SAFETY" }, "filtered"],
  [{ text: "x", finishReason: "error" }, "failed"],
])("%o is of the kind %s", (parts, kind) => {
  expect(answerKind(parts)).toBe(kind);
});

test.each(["numeric", "exact", "contains", "regex"])("an empty answer is wrong by %s", async (matcher) => {
  const grader = await createGrader({ matcher });
  const answer = matcher === "regex" ? "^\\s*$" : matcher === "contains" ? "!cat" : "0";
  for (const empty of ["", " ", "\n\t"]) expect(grader.grade(empty, { id: "q", text: "?", answer })).toBe(0);
});
