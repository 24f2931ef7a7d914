import fc from "fast-check";
import { expect, test } from "vitest";
import { PythonLiteralError, parsePythonString } from "./python-literal.ts";

/** `repr` as the Python documentation describes it, written apart from the parser. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === "\\" || character === quote) result += `\\${character}`;
    else if (character === "\n") result += "\\n";
    else if (character === "\r") result += "\\r";
    else if (character === "\t") result += "\\t";
    else if (code < 32 || code === 127 || (code > 127 && code < 161))
      result += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code >= 0xd800 && code <= 0xdfff) result += `\\u${code.toString(16)}`;
    else if (code >= 0xe0000) result += `\\U${code.toString(16).padStart(8, "0")}`;
    else result += character;
  }
  return result + quote;
}

// Left: what Python 3 prints for repr(…); right: the string.
test.each([
  [`"it's"`, "it's"],
  [`'say "hi"'`, 'say "hi"'],
  [`'both \\' and "'`, `both ' and "`],
  [`'tab\\tnew\\nline\\r'`, "tab\tnew\nline\r"],
  [`'back\\\\slash'`, "back\\slash"],
  [`'a\\\\n'`, "a\\n"],
  [`'\\x00\\x1f\\x7f'`, "\x00\x1f\x7f"],
  [`'café €'`, "café €"],
  [`'\\u202e\\u200b\\ufeff'`, "\u202e\u200b\ufeff"],
  [`'\\ud83d'`, "\ud83d"],
  [`'\\U000e0001'`, "\u{e0001}"],
  [`''`, ""],
])("%s", (literal, value) => {
  expect(parsePythonString(`(0, ${literal})`, 4)).toEqual({ value, end: 4 + literal.length });
});

test("every string comes back from its repr", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(parsePythonString(repr(text), 0).value).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["no quote", "abc", /expected a quote/, 0],
  ["cut off", "'abc", /cut off/, 4],
  ["cut off behind a backslash", "'abc\\", /not an escape/, 4],
  ["cut off inside an escape", "'\\u12", /not an escape/, 1],
  ["unknown escape", "'\\N{DASH}'", /"\\N" is not an escape/, 1],
  ["octal", "'\\101'", /"\\1" is not an escape/, 1],
  ["a name of Object's prototype", "'\\constructor'", /"\\c" is not an escape/, 1],
  ["no such character", "'\\U00110000'", /no character 00110000/, 1],
])("%s is an error with its position", (_name, literal, message, position) => {
  let thrown: unknown;
  try {
    parsePythonString(literal, 0);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PythonLiteralError);
  expect((thrown as PythonLiteralError).message).toMatch(message);
  expect((thrown as PythonLiteralError).position).toBe(position);
});

test("no input makes it crash", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("\\", "'", '"', "x", "u", "0", "f", "n", "é") }),
      (text) => {
        try {
          expect(parsePythonString(`'${text}`, 0).end).toBeLessThanOrEqual(text.length + 1);
        } catch (error) {
          expect(error).toBeInstanceOf(PythonLiteralError);
        }
      },
    ),
  );
});
