import { CommanderError } from "commander";
import { UsageError } from "../errors.ts";
import { createProgram, helpCommandFor, helpWidth } from "./program.ts";
import { printError } from "./session/print-error.ts";
import { openSession } from "./session/session.ts";
import type { Terminal } from "./session/terminal.ts";
import { hintAtLog } from "./text/hint-at-log.ts";
import { modelCatalog } from "./text/model-catalog.ts";

/**
 * Runs one command line. Never throws and never ends the process.
 * @param commandLine without node and the script: `["evaluate", "my-run"]`
 * @returns the exit status: 0 fine, 1 failed, 2 called wrongly, 130 stopped by the signal
 */
export async function runCli(
  commandLine: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const session = openSession(terminal, signal);
  const beforeDashes = commandLine.slice(0, [...commandLine, "--"].indexOf("--"));
  // Known before parsing, because a mistake found while parsing must already be reported the way that was asked for.
  session.json = beforeDashes.includes("--json");
  session.verbose ||= beforeDashes.includes("--verbose");
  if (asksForCommandHelp(beforeDashes)) session.catalog = await modelCatalog(helpWidth(terminal));
  const program = createProgram(session);
  try {
    await program.parseAsync([...commandLine], { from: "user" });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(error, session);
    if (error.exitCode === 0) return 0;
    const help = helpCommandFor(program, beforeDashes);
    if (error.code === "commander.help") return 2;
    const words = beforeDashes.filter((word) => !word.startsWith("-"));
    const hint = error.code === "commander.unknownCommand" ? hintAtLog(words) : "";
    return printError(
      new UsageError(
        `${error.message.replace(/^error: /, "")}${hint}\nSee \`${help}\` for what it takes, with examples.`,
      ),
      session,
    );
  } finally {
    session.close();
  }
}

/** Whether the help of one command is wanted, and not only the list of commands. */
function asksForCommandHelp(words: readonly string[]): boolean {
  const isHelp = (word: string): boolean => word === "--help" || word === "-h" || word === "help";
  return words.some(isHelp) && words.some((word) => !isHelp(word) && !word.startsWith("-"));
}
