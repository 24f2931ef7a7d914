import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { assignQuestionGroups, questionFormKey, questionTextKey } from "./question-groups.ts";

/** Texts in which everything that is folded may stand beside everything else. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..." \u00a0\u2003\n\t#1٣Ａａ３．İJ̌ǰßẞΣςﬁ½¨"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});

const asked = (...texts: readonly string[]): Query[] =>
  texts.map((text, index) => ({ id: `${index}`, text }));

describe("the text of a question", () => {
  test.each([
    ["Tom has 3 apples.", "TOM  has 3 apples."],
    ["Ｔｏｍ has ３ apples．", "Tom has 3 apples."],
    ["  Tom\thas\n\n3\u00a0apples. ", "Tom has 3 apples."],
    ["ﬁve eggs", "FIVE EGGS"],
    // There is a small letter of its own, but no capital.
    ["J̌", "ǰ"],
  ])("%j and %j are one question", (one, other) => {
    expect(questionTextKey(one)).toBe(questionTextKey(other));
  });

  test.each([
    ["1 1 4 6", "1 1 11 11"],
    ["((-1 + 2) * 3) =", "((-1 * 2) + 3) ="],
    ["Complete: ( [ { }", "Complete: ( [ < >"],
    ["[ ] (", "[ ( ]"],
    ["Tom has 3 apples.", "Tom has 3 apples"],
    ["It costs 2.50", "It costs 250"],
    ["cafe", "café"],
    // Of several columns, the question is all of them.
    ["Who signed it?\n\nTreaty of Ghent", "Who signed it?\n\nTreaty of Rome"],
  ])("%j and %j are different questions", (one, other) => {
    expect(questionTextKey(one)).not.toBe(questionTextKey(other));
    expect([...assignQuestionGroups(asked(one, other))]).toEqual([0, 1]);
  });
});

describe("the form of a question", () => {
  test.each([
    ["Tom has 3 apples.", "TOM  has 1,200 apples."],
    ["It costs 2.50 dollars", "it costs 7 dollars"],
    ["Ｔｏｍ has ３ apples", "Tom has 4 apples"],
    ["1 1 4 6", "1 1 11 11"],
  ])("%j and %j are one form", (one, other) => {
    expect(questionFormKey(one)).toBe(questionFormKey(other));
    expect([...assignQuestionGroups(asked(one, other), "form")]).toEqual([0, 0]);
  });

  test.each([
    ["Tom has 3 apples", "Ann has 3 apples"],
    ["+ + -", "- - +"],
    ["3 + 4", "3 * 4"],
    ["3 + 4", "(3 + 4)"],
    ["3 + 4", "3"],
    ["Is it 3?", "Is it 3!"],
  ])("%j and %j are different forms", (one, other) => {
    expect(questionFormKey(one)).not.toBe(questionFormKey(other));
  });
});

test("keys are their own keys, and one text has one form", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const key = questionTextKey(text);
      expect(questionTextKey(key)).toBe(key);
      const form = questionFormKey(text);
      expect(questionFormKey(form)).toBe(form);
      expect(questionFormKey(key)).toBe(form);
      expect(questionTextKey(form)).toBe(form);
    }),
    { numRuns: 2000 },
  );
});

describe("question groups", () => {
  test("a group given by the log joins questions, directly and through others, whatever tells them apart", () => {
    const queries: Query[] = [
      { id: "a", text: "one thing", group: "g" },
      { id: "b", text: "another thing" },
      { id: "c", text: "Another  thing", group: "g" },
      { id: "d", text: "something else", features: { kind: "k" } },
      { id: "e", text: "wholly else", features: { kind: "k" }, group: "h" },
      { id: "f", text: "not at all", group: "h" },
    ];
    expect([...assignQuestionGroups(queries)]).toEqual([0, 0, 0, 1, 2, 2]);
    expect([...assignQuestionGroups(queries, "form")]).toEqual([0, 0, 0, 1, 2, 2]);
    expect([...assignQuestionGroups(queries, "kind")]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test("features tell no questions of one text apart unless they are asked for", () => {
    const queries: Query[] = [
      { id: "a", text: "Who is it?", features: { tenant: "one", size: 3 } },
      { id: "b", text: "Who is it?", features: { tenant: "two", size: 3 } },
      { id: "c", text: "Where is it?", features: { tenant: "one" } },
      { id: "d", text: "where is  it?" },
      { id: "e", text: "Where is it?" },
    ];
    expect([...assignQuestionGroups(queries)]).toEqual([0, 0, 1, 1, 1]);
    expect([...assignQuestionGroups(queries, "tenant")]).toEqual([0, 1, 0, 2, 2]);
    expect([...assignQuestionGroups(queries, "size")]).toEqual([0, 0, 1, 1, 1]);
  });

  test("by the recorded group, questions without one are told apart by their text", () => {
    const queries: Query[] = [
      { id: "a", text: "one", group: "g" },
      { id: "b", text: "one" },
      { id: "c", text: "two", group: "g" },
    ];
    expect([...assignQuestionGroups(queries, "group")]).toEqual([0, 1, 0]);
  });

  test("a value is no text, and a text no value", () => {
    const queries: Query[] = [
      { id: "a", text: "one" },
      { id: "b", text: "two", features: { topic: "one" } },
      { id: "c", text: "three", group: "one" },
    ];
    expect([...assignQuestionGroups(queries, "topic")]).toEqual([0, 1, 2]);
  });

  test.each([
    [
      { tenant: "one", size: 3 },
      "g",
      /"constructor": no question of the log has it\. There are: text, form, group, size, tenant$/,
    ],
    [
      undefined,
      undefined,
      /There are: text, form; the log's questions have no other columns \(see --feature-columns/,
    ],
  ])("an unknown column is an error that names those that exist", (features, group, message) => {
    const query = { id: "a", text: "one", ...(features && { features }), ...(group && { group }) };
    expect(() => assignQuestionGroups([query], "constructor")).toThrow(UsageError);
    expect(() => assignQuestionGroups([query], "constructor")).toThrow(message);
  });

  test("groups are numbered from 0 without gaps, and equal keys share a group", () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 1, maxLength: 30 }),
        fc.constantFrom("text", "form"),
        (texts, by) => {
          const groups = assignQuestionGroups(asked(...texts), by);
          const keys = texts.map(by === "text" ? questionTextKey : questionFormKey);
          const distinct = [...new Set(keys)];
          expect([...groups]).toEqual(keys.map((key) => distinct.indexOf(key)));
        },
      ),
    );
  });
});
