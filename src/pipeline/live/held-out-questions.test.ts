import { expect, test } from "vitest";
import { heldOutQuestions } from "./held-out-questions.ts";

const query = (id: string, text: string, group?: string) => ({
  id,
  text,
  ...(group !== undefined && { group }),
});
const LOGGED = [query("l1", "What is 3 plus 4?"), query("l2", "Name a color.", "colors")];
const GIVEN = [
  query("same text", "what is 3 plus  4?"),
  query("same form", "What is 12 plus 7?"),
  query("same form again", "What is 5 plus 5?"),
  query("same group", "Name another hue.", "colors"),
  query("new", "Who wrote Faust?"),
  query("new form", "Take 5 from 9."),
  query("new form again", "Take 2 from 3."),
  query("twice", "Who wrote Faust?"),
];

test("what the chooser has learned from is left out, and one question of each other form stays", () => {
  const { kept, ...counts } = heldOutQuestions(GIVEN, LOGGED, false, "form");
  expect(kept.map(({ id }) => id)).toEqual(["new", "new form"]);
  expect(counts).toEqual({ inLog: 1, knownGroup: 3, sameGroup: 2 });
});

test("known forms may be asked for; then every text counts once, and only logged texts go", () => {
  const { kept, ...counts } = heldOutQuestions(GIVEN, LOGGED, true, "form");
  expect(kept.map(({ id }) => id)).toEqual([
    "same form",
    "same form again",
    "same group",
    "new",
    "new form",
    "new form again",
  ]);
  expect(counts).toEqual({ inLog: 1, knownGroup: 3, sameGroup: 1 });
});

test("where questions are told apart by their text, only texts and groups of the log go", () => {
  const { kept, ...counts } = heldOutQuestions(GIVEN, LOGGED, false, "text");
  expect(kept.map(({ id }) => id)).toEqual([
    "same form",
    "same form again",
    "new",
    "new form",
    "new form again",
  ]);
  expect(counts).toEqual({ inLog: 1, knownGroup: 1, sameGroup: 1 });
});
