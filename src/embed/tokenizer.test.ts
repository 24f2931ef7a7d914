import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { realQuestions } from "../../test/support/real-questions.ts";
import { requireSharedData } from "../../test/support/shared-data.ts";
import { maskNumbers, tokenize } from "./tokenizer.ts";

/** The measurements' tokens for ASCII, character by character and without regular expressions. */
function naiveAsciiTokens(text: string): string[] {
  const isDigit = (at: number): boolean => (text[at] ?? "") >= "0" && (text[at] ?? "") <= "9";
  const tokens: string[] = [];
  let word = "";
  const endWord = (): void => {
    if (word !== "") tokens.push(word);
    word = "";
  };
  for (let at = 0; at < text.length; ) {
    const character = text[at]!.toLowerCase();
    if (isDigit(at)) {
      endWord();
      let digits = 0;
      for (; isDigit(at); at++) digits++;
      for (; text[at] === "," && isDigit(at + 1) && isDigit(at + 2) && isDigit(at + 3); at += 4) digits += 3;
      const isDecimal = text[at] === "." && isDigit(at + 1);
      if (isDecimal) for (at++; isDigit(at); at++);
      tokens.push(isDecimal ? "numdec" : `num${digits > 4 ? 4 : digits}`);
      continue;
    }
    if (character >= "a" && character <= "z") word += character;
    else {
      endWord();
      if ("%$?/".includes(character)) tokens.push(character);
    }
    at++;
  }
  endWord();
  return tokens;
}

test("arbitrary ASCII gives the tokens of the measurements", () => {
  const ascii = fc.string({
    unit: fc.constantFrom(...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))),
  });
  const arithmetic = fc.string({ unit: fc.constantFrom(..."0123456789,,..  ab$%?/".split("")) });
  fc.assert(
    fc.property(fc.oneof(ascii, arithmetic), (text) => {
      expect(tokenize(text)).toEqual(naiveAsciiTokens(text));
    }),
    { numRuns: 500 },
  );
});

for (const task of ["mawps", "gsm8k"] as const)
  test(`the ${task} questions in ASCII give the tokens of the measurements`, async (context) => {
    requireSharedData(context);
    const questions = (await realQuestions(task)).filter((text) => /^\p{ASCII}*$/u.test(text));
    expect(questions.length).toBeGreaterThan(1500);
    for (const question of questions) expect(tokenize(question)).toEqual(naiveAsciiTokens(question));
  });

test("any text gives well-formed tokens, the same for its compatibility form and within white space", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const tokens = tokenize(text);
      for (const token of tokens) expect(token).toMatch(/^(?:[\p{L}\p{M}\p{N}]+|[%$?/])$/u);
      expect(tokenize(text.normalize("NFKC"))).toEqual(tokens);
      expect(tokenize(` ${text}\n`)).toEqual(tokens);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ["3 apples", "num1 apples"],
  ["1,250 and 12,34", "num4 and num2 num2"],
  ["1,250.50", "numdec"],
  ["3.", "num1"],
  ["1.2.3", "numdec num1"],
  ["99999", "num4"],
  ["5kg", "num1 kg"],
  ["５０％ off", "num2 % off"],
  ["٣ تفاحات", "num1 تفاحات"],
  ["ＡＢＣ ﬁve", "abc five"],
  ["cafe\u0301 CAFÉ", "café café"],
  ["don't", "don t"],
  ["$5/day?", "$ num1 / day ?"],
])("%s → %s", (text, expected) => {
  expect(tokenize(text).join(" ")).toBe(expected);
});

test("scripts without spaces are divided into words, others are left whole", () => {
  const chinese = tokenize("小明有3个苹果");
  expect(chinese).toContain("苹果");
  expect(chinese).toContain("num1");
  expect(chinese.join("").replace("num1", "3")).toBe("小明有3个苹果");
  expect(tokenize("東京タワーに行きました").length).toBeGreaterThan(2);
  expect(tokenize("ฉันกินข้าว").length).toBeGreaterThan(1);
  expect(tokenize("Donaudampfschifffahrt")).toEqual(["donaudampfschifffahrt"]);
});

test("masking replaces every digit", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(maskNumbers(text).replaceAll(/num[1-4]/g, "")).not.toMatch(/\p{Nd}/u);
    }),
  );
});

describe("long texts without spaces", () => {
  test.each([
    ["Chinese", "小明有三个苹果他吃了一个", 900],
    ["Japanese", "東京タワーに行きました", 900],
    ["Thai", "ฉันกินข้าว", 900],
    ["beyond the basic plane", "𠀀𠀁𠀂", 2000],
  ])("%s: words at the ends of windows are whole, and nothing is lost", (_script, sentence, times) => {
    const words = tokenize(sentence.repeat(times));
    expect(words.join("")).toBe(sentence.repeat(times));
    const known = new Set(tokenize(sentence.repeat(3)));
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  });

  // Quadratic time would be minutes, and this test would not end in time.
  test.each([
    ["Chinese", "漢字".repeat(500_000)],
    ["a single letter of Thai", "ก".repeat(1_000_000)],
    ["letters and digits mixed in", "漢字a1".repeat(250_000)],
    ["marks without end", `a${"\u0301\u0316".repeat(500_000)}`],
  ])("a million characters: %s", (_what, text) => {
    expect(tokenize(text).length).toBeGreaterThan(0);
  });
});
