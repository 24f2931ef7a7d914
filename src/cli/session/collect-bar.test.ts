import { afterEach, expect, test, vi } from "vitest";
import { silentTerminal } from "../../../test/support/silent-terminal.ts";
import { startCollectBar } from "./collect-bar.ts";
import { openSession } from "./session.ts";

const STATUS = { done: 1, total: 4, errors: 0 };
const original = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
afterEach(() => {
  vi.restoreAllMocks();
  if (original === undefined) Reflect.deleteProperty(process.stderr, "isTTY");
  else Object.defineProperty(process.stderr, "isTTY", original);
});

/** A watched session, and all that is written on standard error, the bar's own writes among it. */
function watched() {
  const written: string[] = [];
  Object.defineProperty(process.stderr, "isTTY", { value: true, configurable: true });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const stop = new AbortController();
  const terminal = {
    ...silentTerminal(),
    showsProgress: true,
    writeError: (text: string) => void written.push(text),
  };
  return { written, stop, session: openSession(terminal, stop.signal) };
}

/** Moves to the line's begin and empties it: how a bar is taken away. */
const EMPTIED = "\u001b[1G\u001b[2K";

test("a bar makes room for a warning, and is drawn again below it", () => {
  const { written, session } = watched();
  const bar = startCollectBar(session);
  bar.update(STATUS);
  expect(written.join("")).toContain("1/4");
  session.note("warning: look");
  const place = written.indexOf("warning: look\n");
  expect(written.slice(0, place).join("").endsWith(EMPTIED)).toBe(true);
  bar.update({ ...STATUS, done: 2 });
  expect(written.slice(place).join("")).toContain("2/4");
  bar.stop();
});

test("once Ctrl-C was seen no bar is drawn", () => {
  const { written, session, stop } = watched();
  const bar = startCollectBar(session);
  bar.update(STATUS);
  stop.abort();
  const place = written.findIndex((text) => text.startsWith("Stopping"));
  expect(written.slice(0, place).join("").endsWith(EMPTIED)).toBe(true);
  bar.update({ ...STATUS, done: 2 });
  bar.stop();
  expect(written.slice(place + 1)).toEqual([]);
});
