import { expect, test } from "vitest";
import { withAsciiDigits } from "./ascii-digits.ts";

test.each([
  ["٤٢", "42"],
  ["۴۲", "42"],
  ["४२", "42"],
  ["４２", "42"],
  ["๑๐", "10"],
  ["𞥒 x 7", "2 x 7"],
  ["no digits, ½ and ²", "no digits, ½ and ²"],
])("%s becomes %s", (text, expected) => {
  expect(withAsciiDigits(text)).toBe(expected);
});

test("every script's zero to nine", () => {
  const digits = Array.from({ length: 0x11000 }, (_, code) => String.fromCodePoint(code)).filter((text) =>
    /\p{Nd}/u.test(text),
  );
  expect(digits.length % 10).toBe(0);
  expect(withAsciiDigits(digits.join(""))).toBe("0123456789".repeat(digits.length / 10));
});
