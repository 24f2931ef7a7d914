import { ownCommandOfProcess } from "./own-command.ts";

/** What the command line may know of the world outside: two streams, and how they are looked at. */
export interface Terminal {
  /** Results, and nothing else. */
  writeOut(text: string): void;
  /** Everything that is not a result: progress, warnings, errors. */
  writeError(text: string): void;
  /** Whether standard output is a terminal, and not a pipe or a file that another program reads. */
  readonly outIsTerminal: boolean;
  /** Whether somebody watches standard error, so that a progress bar makes sense. */
  readonly showsProgress: boolean;
  /** Whether results may be colored: standard output is a terminal and NO_COLOR is not set. */
  readonly colorOut: boolean;
  /** Whether messages may be colored. */
  readonly colorError: boolean;
  /** Width of standard output in characters; 80 where it is not a terminal. */
  readonly columns: number;
  /** Width at which messages are wrapped; Infinity where standard error is not a terminal. */
  readonly errorColumns: number;
  /** What to type to call this program again, such as `oirl`. */
  readonly command: string;
}

/** The terminal this process runs in. NO_COLOR (no-color.org) wins over FORCE_COLOR, which wins over detection. */
export function processTerminal(): Terminal {
  return {
    writeOut: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    outIsTerminal: process.stdout.isTTY === true,
    showsProgress: process.stderr.isTTY === true && process.env.TERM !== "dumb",
    colorOut: allowsColor(process.stdout.isTTY === true),
    colorError: allowsColor(process.stderr.isTTY === true),
    columns: process.stdout.columns || 80,
    errorColumns: process.stderr.columns || Number.POSITIVE_INFINITY,
    command: ownCommandOfProcess(),
  };
}

function allowsColor(isTerminal: boolean): boolean {
  if ((process.env.NO_COLOR ?? "") !== "") return false;
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0";
  return isTerminal && process.env.TERM !== "dumb";
}
