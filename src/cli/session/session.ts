import { createColors } from "picocolors";
import { plainText } from "../../report/index.ts";
import type { ProgressListener } from "../../types/index.ts";
import { sanitizeForTerminal, sanitizeJson } from "../text/sanitize-for-terminal.ts";
import { wrapText } from "../text/wrap-text.ts";
import { type ProgressBars, startProgressBars } from "./progress-bars.ts";
import type { Terminal } from "./terminal.ts";

/** One run of the command line: where its output goes, how it is canceled, and how results are printed. */
export interface Session {
  readonly terminal: Terminal;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether `--json` was given: standard output then holds exactly one JSON document. */
  json: boolean;
  /** Whether `--verbose` was given, or DEBUG is set: errors come with their stack. */
  verbose: boolean;
  /** Reward models and embedders, listed under the help of commands that take them; loaded only for help. */
  catalog: string;
  /** Draws progress bars on standard error where somebody watches; otherwise does nothing. */
  readonly onProgress: ProgressListener;
  /** Prints a command's result: the value under `--json`, else the text `describe` makes of it. */
  printResult<Result>(result: Result, describe: (result: Result) => string): void;
  /**
   * Prints a result that programs read: the value under `--json`, else the table. On a terminal, where no program
   * reads it, what would act unseen is taken out; a pipe or a file gets every character as it is.
   */
  printTable<Result>(result: Result, table: (result: Result) => string): void;
  /** A line that says what to do next, with a command that can be pasted: `Next: npx prompt-oirl run my-run`. */
  next(...words: readonly string[]): string;
  /** Says something that is not the result, on standard error. */
  note(text: string): void;
  /** Takes a bar of a command's own away before anything else is written on standard error; the last one named. */
  ownBar: { clear(): void } | undefined;
  /** Removes any progress bar that is still shown. */
  close(): void;
}

/** Colors for results; functions that return their input where color is not wanted. */
export type Colors = ReturnType<typeof createColors>;

export function outColors(session: Session): Colors {
  return createColors(session.terminal.colorOut);
}

function json(value: unknown): string {
  return sanitizeJson(JSON.stringify(value, null, 2));
}

export function openSession(terminal: Terminal, signal: AbortSignal): Session {
  let bars: ProgressBars | undefined;
  const clearBars = (): void => {
    session.ownBar?.clear();
    bars?.stop();
    bars = undefined;
  };
  const session: Session = {
    terminal,
    signal,
    json: false,
    verbose: (process.env.DEBUG ?? "") !== "",
    catalog: "",
    ownBar: undefined,
    onProgress: (stage, done, total) => {
      if (!terminal.showsProgress || signal.aborted) return;
      bars ??= startProgressBars();
      bars.update(plainText(stage), done, total);
    },
    printResult(result, describe) {
      clearBars();
      const text = this.json ? json(result) : sanitizeForTerminal(describe(result), terminal.colorOut);
      terminal.writeOut(`${text.trimEnd()}\n`);
    },
    printTable(result, table) {
      clearBars();
      if (this.json) terminal.writeOut(`${json(result)}\n`);
      else
        terminal.writeOut(terminal.outIsTerminal ? sanitizeForTerminal(table(result), false) : table(result));
    },
    next: (...words) => ["Next:", terminal.command, ...words].join(" "),
    note(text) {
      clearBars();
      terminal.writeError(
        `${wrapText(sanitizeForTerminal(text, terminal.colorError).trimEnd(), terminal.errorColumns)}\n`,
      );
    },
    close: clearBars,
  };
  signal.addEventListener("abort", () => {
    if (!session.json) session.note("Stopping after the current step; press Ctrl-C again to stop at once.");
  });
  return session;
}
