import { describe, expect, test } from "vitest";
import { findLargeForms } from "./large-forms.ts";

/** Questions of forms of their own, as many as asked for. */
const others = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `Who is ${index.toString(2).replace(/0/gu, "a").replace(/1/gu, "b")}?`,
  );
const sums = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `What is ${index} + 1?`);
const asked = (...texts: readonly string[]) => texts.map((text, index) => ({ id: `${index}`, text }));

describe("large forms", () => {
  test("a form of more than 20 questions is one, with its first question", () => {
    expect(findLargeForms(asked(...others(2000), ...sums(20)))).toEqual([]);
    expect(findLargeForms(asked(...others(2000), ...sums(21)))).toEqual([
      { form: "what is # + #?", questions: 21, example: "What is 0 + 1?" },
    ]);
  });

  test("so is one of more than 2 % of the questions, but never a single question", () => {
    expect(findLargeForms(asked(...others(98), ...sums(2)))).toEqual([]);
    expect(findLargeForms(asked(...others(97), ...sums(2)))).toHaveLength(1);
    expect(findLargeForms(asked(...others(3)))).toEqual([]);
  });

  test("one text under several ids is one question", () => {
    expect(findLargeForms(asked(...others(200), ...Array<string>(30).fill("What is 1 + 1?")))).toEqual([]);
  });

  test("the largest comes first", () => {
    const puzzles = Array.from({ length: 40 }, (_, index) => `${index} 1 4 6`);
    expect(findLargeForms(asked(...sums(30), ...puzzles)).map(({ form }) => form)).toEqual([
      "# # # #",
      "what is # + #?",
    ]);
  });
});
