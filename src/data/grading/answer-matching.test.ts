import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ANSWER_MATCHERS,
  containsMatch,
  exactMatch,
  finalNumber,
  numericMatch,
  referenceMatch,
} from "./index.ts";

describe("numeric", () => {
  test.each<readonly [answer: string, value: number]>([
    ["The answer is 42.", 42],
    ["So she has 1,234,567 beads.", 1234567],
    ["= 1,000.50 dollars", 1000.5],
    ["They paid $1,000", 1000],
    ["It is -$5", -5],
    ["It is $-5", -5],
    ["x = −7", -7],
    ["the change is -3 degrees", -3],
    ["8 - 2 = 6", 6],
    ["10-12", 12],
    ["5-3", 3],
    ["(8)-2", 2],
    ["8 -2", 2],
    ["it is -2", -2],
    ["a loss of (-4)", -4],
    ["She ate 1/2", 0.5],
    ["about 3 1/2 cups", 3.5],
    ["-3 1/2", -3.5],
    ["about 3½ cups", 3.5],
    ["\\frac{3}{4}", 0.75],
    ["$2\\frac{1}{2}$", 2.5],
    ["\\frac12", 0.5],
    ["on 1/2/2020", 2020],
    ["1/0", 0],
    [".5 of it", 0.5],
    ["0.5.", 0.5],
    ["costs Rs.50", 50],
    ["USD 70", 70],
    ["US$80", 80],
    ["an area of 25 m²", 25],
    ["an area of 25 m^2", 25],
    ["25 cm^{2} of H2O", 25],
    ["1.5 × 10^3", 1500],
    ["1.5\\times10^{-3}", 0.0015],
    ["3 x 10⁴", 30000],
    ["1.5e3", 1500],
    ["2E-2", 0.02],
    ["10^6", 1e6],
    ["１２３", 123],
    ["1\u00a0000\u202f000", 1e6],
    ["1'000", 1000],
    ["1{,}000", 1000],
    ["1.234,56 €", 1234.56],
    ["1,2,3", 3],
    ["12,34", 34],
    ["The result is \\boxed{42}. Check: 6 · 7 steps, 3 lines", 42],
    ["\\boxed{\\frac{1}{2}} or 7", 0.5],
    ["\\boxed{x} then 9", 9],
    ["\\boxed{3", 3],
    ["work 12\n#### 1,800\nand then 5", 1800],
    ["the 3rd day", 3],
    ["30kg", 30],
    ["**18**", 18],
    ["v_1 is 7, x_2", 7],
    ["答案是４２。", 42],
    ["答えは７です", 7],
    ["الجواب هو ٤٢", 42],
    ["٣٫٥", 3.5],
    ["उत्तर १२ है", 12],
    ["The answer is 12 345.", 12345],
    ["1 234 567 in all", 1234567],
    ["The fee is 1,00,000 rupees.", 100000],
    ["12,34,567", 1234567],
    ["In 2024 5 people", 5],
    ["12 345/1000", 12.345],
  ])("%j ends in %d", (answer, value) => {
    expect(finalNumber(answer)?.value).toBeCloseTo(value, 12);
  });

  test.each([
    ["It costs $1.2k", "1200", true],
    ["about 5K", "5000", true],
    ["$1.2M", "1200000", true],
    ["a beam of 5m", "5000000", false],
    ["2 lakh", "200000", true],
    ["1.2万", "12000", true],
    ["123 456", "123456", true],
    ["100 200 300", "300", true],
    ["12 345", "345", false],
    ["5kg", "5000", false],
  ])("%j as an answer to %s: %s", (answer, golden, isRight) => {
    expect(numericMatch(answer, golden)).toBe(isRight);
  });

  test.each(["", "none", "H2O", "x_1", "five", "\\boxed{}"])("%j has no number", (answer) => {
    expect(finalNumber(answer)).toBeUndefined();
  });

  test.each<readonly [string, string, boolean]>([
    ["25%", "25", true],
    ["25%", "0.25", true],
    ["25 percent", "25%", true],
    ["0.25", "25%", true],
    ["25%", "0.25%", false],
    ["1/3", "0.3333333", true],
    ["0.33", "0.3333333", false],
    ["2 million people", "2,000,000", true],
    ["2 million", "2", true],
    ["-5", "5", false],
    ["1,000", "0", false],
    ["$18.00 every day.", "18", true],
    ["I do not know", "18", false],
    ["Paris", "Paris", true],
    ["paris ", "London", false],
    ["100000001", "100000000", true],
    ["101", "100", false],
  ])("%j against %j: %s", (answer, golden, expected) => {
    expect(numericMatch(answer, golden)).toBe(expected);
  });

  test("any number, written in any of the usual ways, matches itself and not its double", () => {
    const writings: ((value: number) => string)[] = [
      (value) => `The answer is ${value}.`,
      (value) => `so $${value.toLocaleString("en-US", { maximumFractionDigits: 2 })}`,
      (value) => `\\boxed{${value}} as step 3 shows`,
      (value) => `${value.toExponential()}`,
      (value) => String(value).replace("-", "−"),
    ];
    fc.assert(
      fc.property(fc.integer({ min: -1e8, max: 1e8 }), fc.constantFrom(...writings), (hundredths, write) => {
        const value = hundredths / 100;
        expect(numericMatch(write(value), String(value))).toBe(true);
        if (Math.abs(value) > 1) expect(numericMatch(write(value), String(2 * value))).toBe(false);
      }),
    );
  });

  test("no text makes it crash or hang", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const found = finalNumber(text);
        expect(found === undefined || typeof found.value === "number").toBe(true);
      }),
      { numRuns: 500 },
    );
    for (const piece of ["1", "1,", "1,111", ".", "1.", "\\frac{1}{1}", "^", "- ", "1/", "1 ", "$", "{"])
      finalNumber(piece.repeat(100_000));
  });
});

test("reference: last number as the reference's pattern reads it, with its misreadings", () => {
  expect(referenceMatch("so 12 apples.", "12")).toBe(true);
  expect(referenceMatch("1,000", "0")).toBe(true);
  expect(referenceMatch("-5", "5")).toBe(true);
  expect(referenceMatch("3.50", "3.5")).toBe(true);
  expect(referenceMatch("none", "3")).toBe(false);
  expect(referenceMatch("3", "none")).toBe(false);
});

test("exact: only space is folded", () => {
  expect(exactMatch(" New  York\n", "New York")).toBe(true);
  expect(exactMatch("new york", "New York")).toBe(false);
});

describe("contains", () => {
  test.each<readonly [answer: string, golden: string, expected: boolean]>([
    ["The capital of France is Paris.", "Paris", true],
    ["the capital is PARIS!", "paris", true],
    ["Parisian food", "Paris", false],
    ["comparisons", "paris", false],
    ["It is\nNew  York.", "New York", true],
    ["It is York.", "New York", false],
    ["They speak it in the Netherlands.", "Holland|the Netherlands", true],
    ["In Belgium.", "Holland|the Netherlands", false],
    ["anything at all", "", false],
    ["anything at all", " | ", false],
    ["happy_end", "happy", false],
    ["It's cafe\u0301 time", "café", true],
    ["an un’happy’ end", "un'happy'", true],
    ["The answer is 3.", "3", true],
    ["3, 4 and 5", "3", true],
    ["1 + 2 = 3", "3", true],
    ["13", "3", false],
    ["3.5", "3", false],
    ["0.3", "3", false],
    ["1,300", "300", false],
    ["it is -3", "3", false],
    ["−3", "3", false],
    ["-3", "-3", true],
    ["5-3", "3", true],
    ["8 -3", "3", true],
    ["C++ it is", "C++", true],
    ["a 😀 b", "😀", true],
    ["𝒳3", "3", false],
    ["Yes, no doubt about it.", "yes|!no", true],
    ["No. Yes was wrong.", "yes|!no", false],
    ["Perhaps.", "yes|!no", false],
    ["An elephant is bigger than a cat.", "elephant | ! cat", true],
    ["A cat is bigger than an elephant.", "elephant | ! cat", false],
    ["It is not true.", "not|!not true", false],
    ["anything at all", "!Paris", false],
    ["anything at all", "!", false],
  ])("%j against %j: %s", (answer, golden, expected) => {
    expect(containsMatch(answer, golden)).toBe(expected);
  });

  test("finds words among any others, and never inside of one", () => {
    const word = fc.stringMatching(/^[a-zé]{1,8}$/u);
    fc.assert(
      fc.property(
        fc.array(word),
        word,
        fc.array(word),
        fc.constantFrom(" ", ", ", "\n", "; ", "…"),
        (left, golden, right, gap) => {
          const others = [...left, ...right];
          expect(containsMatch([...left, golden, ...right].join(gap), `nothing of it|${golden}`)).toBe(true);
          expect(containsMatch(others.join(gap), golden)).toBe(others.includes(golden));
          expect(containsMatch(`x${golden}x`, golden)).toBe(false);
        },
      ),
    );
  });
});

test("the matchers have their names", () => {
  expect(ANSWER_MATCHERS.numeric).toBe(numericMatch);
  expect(ANSWER_MATCHERS.reference).toBe(referenceMatch);
  expect(ANSWER_MATCHERS.exact).toBe(exactMatch);
  expect(ANSWER_MATCHERS.contains).toBe(containsMatch);
});
