import { expect, test } from "vitest";
import { openSession } from "./session.ts";
import { visibleText } from "./visible-text.ts";

test("what would steer the terminal is taken out; line ends, tabs and colours stay", () => {
  expect(visibleText("\u001b[2Jwiped \u001b]0;title\u0007 \u009b1A up\r gone")).toBe(
    " [2Jwiped  ]0;title   1A up  gone",
  );
  expect(visibleText("abc\u202egnp.exe")).toBe("abc gnp.exe");
  const own = "┌─┐\n\t\u001b[31merror:\u001b[39m a \u{1f468}\u200d\u{1f469} b";
  expect(visibleText(own)).toBe(own);
});

test("results and messages of a session hold none of it", () => {
  let out = "";
  let errors = "";
  const session = openSession(
    {
      writeOut: (text) => {
        out += text;
      },
      writeError: (text) => {
        errors += text;
      },
      showsProgress: false,
      colourOut: false,
      colourError: false,
      columns: 80,
      errorColumns: 80,
    },
    new AbortController().signal,
  );
  session.note("warning: q1\u001b[2J / short");
  session.printResult({}, () => "q1\u001b[2J");
  expect([out, errors]).toEqual(["q1 [2J\n", "warning: q1 [2J / short\n"]);
});
