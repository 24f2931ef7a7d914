import { expect, test } from "vitest";
import { openSession, type Session } from "../session/session.ts";
import type { Terminal } from "../session/terminal.ts";
import { sanitizeForTerminal, sanitizeJson } from "./sanitize-for-terminal.ts";

test("what would steer the terminal is taken out; line ends, tabs and our colors stay", () => {
  expect(sanitizeForTerminal("\u001b[2Jwiped \u001b]0;title\u0007 \u009b1A up\r gone", true)).toBe(
    " [2Jwiped  ]0;title   1A up  gone",
  );
  expect(sanitizeForTerminal("abc\u202egnp.exe", true)).toBe("abc gnp.exe");
  const own = "┌─┐\n\t\u001b[31merror:\u001b[39m a \u{1f468}\u200d\u{1f469} b";
  expect(sanitizeForTerminal(own, true)).toBe(own);
  expect(sanitizeForTerminal("\u001b[8mhidden\u001b[28m", true)).toBe(" [8mhidden\u001b[28m");
  expect(sanitizeForTerminal("\u001b[31mred\u001b[39m", false)).toBe(" [31mred [39m");
});

const HOSTILE = "q1\u001b[2J\u009b1A\u007f\u202e\u2028\ufeff é 漢 \u{1f468}\u200d\u{1f469}";

test("JSON holds the same values, but nothing that acts", () => {
  const value = { [HOSTILE]: [HOSTILE, 1, null] };
  const json = sanitizeJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(json)).toEqual(value);
  for (const acting of "\u001b\u009b\u007f\u202e\u2028\ufeff") expect(json).not.toContain(acting);
  expect(json).toContain("é 漢 \u{1f468}\u200d\u{1f469}");
});

/** What a session prints on such a terminal. */
function printed(
  print: (session: Session) => void,
  looks: Partial<Terminal> = {},
): { out: string; errors: string } {
  const texts = { out: "", errors: "" };
  const terminal: Terminal = {
    writeOut: (text) => {
      texts.out += text;
    },
    writeError: (text) => {
      texts.errors += text;
    },
    outIsTerminal: true,
    showsProgress: false,
    colorOut: false,
    colorError: false,
    columns: 80,
    errorColumns: 80,
    command: "oirl",
    ...looks,
  };
  print(openSession(terminal, new AbortController().signal));
  return texts;
}

test("results and messages of a session hold none of it", () => {
  expect(
    printed((session) => {
      session.note("warning: q1\u001b[2J \u001b[31m/ short");
      session.printResult({}, () => "q1\u001b[2J");
    }),
  ).toEqual({ out: "q1 [2J\n", errors: "warning: q1 [2J  [31m/ short\n" });
});

test("a table keeps every character where a program reads it, and none that acts on a terminal", () => {
  const print = (session: Session): void => session.printTable({ id: HOSTILE }, ({ id }) => `id\n${id}\n`);
  expect(printed(print, { outIsTerminal: false }).out).toBe(`id\n${HOSTILE}\n`);
  expect(printed(print, { colorOut: true }).out).toBe(`id\n${sanitizeForTerminal(HOSTILE, false)}\n`);
  const json = printed((session) => {
    session.json = true;
    print(session);
  }).out;
  expect(JSON.parse(json)).toEqual({ id: HOSTILE });
  expect(json).not.toContain("\u009b");
});
