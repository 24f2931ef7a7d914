import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor } from "./redact.ts";

const KEY = "sk-geheim/0123456789+abcdef";
const redact = createRedactor([KEY]);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const escaped = (write: (code: number) => string): string =>
  [...KEY].map((character) => write(character.charCodeAt(0))).join("");
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

test.each<[string, string]>([
  ["as it is", KEY],
  ["in an address", encodeURIComponent(KEY)],
  ["in base64", base64(KEY)],
  ["in base64 behind a scheme", base64(`Bearer ${KEY}`)],
  ["in base64 as a password", base64(`user:${KEY}`)],
  ["in base64 for addresses", Buffer.from(`x${KEY}`).toString("base64url")],
  ["in base64, over lines", base64(`Bearer ${KEY}`).replaceAll(/(.{10})/g, "$1\n")],
  ["in hexadecimal", Buffer.from(KEY).toString("hex")],
  ["in hexadecimal capitals", Buffer.from(KEY).toString("hex").toUpperCase()],
  ["escaped as in JSON", escaped((code) => `\\u${hex(code, 4)}`)],
  ["escaped as in JSON, partly", KEY.replace("h", "\\u0068").replaceAll("/", "\\/")],
  ["escaped for addresses", escaped((code) => `%${hex(code, 2)}`)],
  ["escaped for HTML", escaped((code) => `&#${code};`)],
  ["escaped for HTML in hexadecimal", escaped((code) => `&#x${hex(code, 2)};`)],
  ["split over lines", `${KEY.slice(0, 10)}\n${KEY.slice(10)}`],
  ["split by an escaped line break", `${KEY.slice(0, 10)}\\n${KEY.slice(10)}`],
  ["split as a sum of texts", `"${KEY.slice(0, 5)}" + "${KEY.slice(5)}"`],
  ["spelled out", [...KEY].join(" ")],
])("a key %s is hidden", (_how, echoed) => {
  const { text, hidden } = redact(`Your key is ${echoed} and thanks.`);
  expect(hidden).toBeGreaterThan(0);
  expect(text).toMatch(/^Your key is .{0,30}….{0,4} and thanks\.$/s);
  expect(text).not.toContain("0123456789");
  expect(text).not.toContain(echoed.slice(8, 20));
});

test("texts without the key stay as they are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(redact(text)).toEqual({ text, hidden: 0 });
    }),
  );
  for (const text of ["a %41 \\n \\u0041 &#65; b", "0123456789", "sk-geheim", "%", "\\", "&#"])
    expect(redact(text)).toEqual({ text, hidden: 0 });
});

test("keys that are no secrets hide nothing", () => {
  for (const key of ["x", "ollama", "EMPTY", ""])
    expect(createRedactor([key])(`an ${key} b`)).toEqual({ text: `an ${key} b`, hidden: 0 });
});

test("several places are counted, and digits with something between them are no short key", () => {
  expect(createRedactor(["12345678"])("12345678, 1234567, 1 2 3 4 5 6 7 8, 12345678")).toEqual({
    text: "…, 1234567, 1 2 3 4 5 6 7 8, …",
    hidden: 2,
  });
});
