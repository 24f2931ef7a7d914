import { describe, expect, it } from "vitest";
import { distinctiveWords } from "./distinctive-words.ts";

const APPLES = [
  "How many red apples are left?",
  "How many green apples did 24 men eat?",
  "Apples: how many?",
];
const MONEY = ["How much did the ball cost, $ 3.5?", "How much is 3.25 $ and 1.5 $?", "How much for 4.5 $?"];

describe("distinctiveWords", () => {
  const texts = [...APPLES, ...MONEY];
  const words = distinctiveWords(texts, Int32Array.from([0, 0, 0, 1, 1, 1]), 2, 4);

  it("names what sets a kind apart, not what all questions share", () => {
    expect(words[0]).toContain("apples");
    expect(words[1]).toEqual(expect.arrayContaining(["$"]));
    expect(words.flat()).not.toContain("how");
  });

  it("tells numbers by their form, in words", () => {
    const forms = distinctiveWords([...texts, ...APPLES], Int32Array.from([0, 0, 0, 1, 1, 1, 0, 0, 0]), 2, 9);
    expect(forms[1]).toContain("decimal number");
    expect(forms.flat().some((word) => /^num/.test(word))).toBe(false);
  });

  it("has nothing to say of an empty kind, and survives names of object members", () => {
    const found = distinctiveWords(["__proto__ constructor", "toString"], Int32Array.from([0, 2]), 3, 3);
    expect(found).toHaveLength(3);
    expect(found[1]).toEqual([]);
    expect(found[2]).toEqual(["tostring"]);
  });
});
