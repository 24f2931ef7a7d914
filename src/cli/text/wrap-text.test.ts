import fc from "fast-check";
import { expect, test } from "vitest";
import { wrapProse, wrapText } from "./wrap-text.ts";

test("breaks at spaces and indents what follows like its line", () => {
  expect(wrapText("one two  three\n  one two three", 9)).toBe("one two\nthree\n  one two\n  three");
});

test("leaves the spaces of a line that fits", () => {
  expect(wrapText("  a   b  ", 9)).toBe("  a   b  ");
  expect(wrapText("  a   b  ", Number.POSITIVE_INFINITY)).toBe("  a   b  ");
});

test("counts an ideogram as the two columns it takes", () => {
  expect(wrapText("質問 質問 質問", 9)).toBe("質問 質問\n質問");
});

test("leaves a word that is too long whole", () => {
  expect(wrapText("see /a/very/long/path now", 8)).toBe("see\n/a/very/long/path\nnow");
});

test("does not count colors", () => {
  expect(wrapText("\u001b[31merror:\u001b[39m one", 10)).toBe("\u001b[31merror:\u001b[39m one");
});

test("loses no word and makes no line too wide unless one word is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/u)),
      fc.integer({ min: 5, max: 40 }),
      (words, width) => {
        const lines = wrapText(words.join(" "), width).split("\n");
        expect(lines.flatMap((line) => line.split(" ")).filter((word) => word !== "")).toEqual(words);
        for (const line of lines) if (line.includes(" ")) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test("prose is wrapped, what is set off beside it is not", () => {
  const table = "┌──────────────┐\n│ one two three │";
  const text = `one two three\n${table}\n  oirl train my-run --force`;
  expect(wrapProse(text, 8)).toBe(`one two\nthree\n${table}\n  oirl train my-run --force`);
});
