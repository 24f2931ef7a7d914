import fc from "fast-check";
import { expect, test } from "vitest";
import { parseProposals } from "./parse-proposals.ts";

test.each<readonly [string, string, readonly string[]]>([
  ["one a line", "<prompt>Think.</prompt>\n<prompt>Guess.</prompt>", ["Think.", "Guess."]],
  ["talk around", "Sure! Here:\n1. <prompt> Think. </prompt> (good)\nBye", ["Think."]],
  ["several lines", "<prompt>\nThink.\n\nThen answer.\n</prompt>", ["Think.\n\nThen answer."]],
  ["capitals and attributes", '<PROMPT id="1">Think.</Prompt >', ["Think."]],
  ["a fence within", "<prompt>\n```text\nThink.\nNow.\n```\n</prompt>", ["Think.\nNow."]],
  ["a fence around", "```xml\n<prompt>Think.</prompt>\n```", ["Think."]],
  ["cut off", "<prompt>Think.</prompt>\n<prompt>Guess th", ["Think."]],
  ["spoken of first", "I write <prompt> marks now: <prompt>Think.</prompt>", ["Think."]],
  [
    "braces",
    "<prompt>Q: {query} or { Question } or {{query}}, not {other}</prompt>",
    ["Q: {{query}} or {{question}} or {{query}}, not {other}"],
  ],
  ["other tags kept", "<prompt>Use <b>bold</b>.</prompt>", ["Use <b>bold</b>."]],
  ["Windows line ends", "<prompt>a\r\nb</prompt>", ["a\nb"]],
  ["nothing inside", "<prompt>  </prompt><prompt></prompt>", []],
  ["too long", `<prompt>${"x".repeat(4001)}</prompt>`, []],
  ["closed only", "Think.</prompt>", []],
  ["JSON instead", '["Think."]', []],
  ["another tag", "<prompts>Think.</prompts>", []],
  ["nothing", "", []],
])("%s", (_what, reply, expected) => {
  expect(parseProposals(reply)).toEqual(expected);
});

/** Texts without the marks themselves, and without what is cleaned away on purpose. */
const template = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 80 })
  .filter((text) => text.trim() !== "" && !/<\/?prompt|[{}`]|\r/i.test(text))
  .map((text) => text.trim());
const noise = fc.string({ unit: "binary", maxLength: 60 }).filter((text) => !/<\/?prompt/i.test(text));

test("whatever stands around prompts, they are found as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, template), { maxLength: 6 }), noise, (items, end) => {
      const reply = `${items.map(([before, text]) => `${before}\n<prompt>${text}</prompt>\n`).join("")}${end}`;
      expect(parseProposals(reply)).toEqual(items.map(([, text]) => text));
    }),
    { numRuns: 500 },
  );
});

test("any text is read without harm, and quickly where it is meant to be slow", () => {
  const pieces = fc.constantFrom(
    "<prompt>",
    "</prompt>",
    "<prompt",
    "a",
    "\n",
    "```",
    "{query}",
    ">",
    "</",
    " ",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 80 }), (parts) => {
      for (const text of parseProposals(parts.join(""))) {
        expect(text.trim()).toBe(text);
        expect(text).not.toBe("");
      }
    }),
    { numRuns: 500 },
  );
  for (const piece of [
    "<prompt>",
    "<prompt",
    "<prompt ",
    "</prompt>",
    "{query",
    "```\n",
    "<prompt></prompt>",
  ])
    parseProposals(piece.repeat(50_000));
});
