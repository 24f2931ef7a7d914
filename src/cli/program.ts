import { Command } from "commander";
import { registerAppend } from "./commands/append.ts";
import { registerCollect } from "./commands/collect.ts";
import { registerCritic } from "./commands/critic.ts";
import { registerDatasets } from "./commands/datasets.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerEvaluate } from "./commands/evaluate.ts";
import { registerExport } from "./commands/export-npy.ts";
import { registerImport } from "./commands/import.ts";
import { registerJudge } from "./commands/judge.ts";
import { registerOpen } from "./commands/open.ts";
import { registerOptimize } from "./commands/optimize.ts";
import { registerPropose } from "./commands/propose.ts";
import { registerRecommend } from "./commands/recommend.ts";
import { registerReport } from "./commands/report.ts";
import { registerReproduce } from "./commands/reproduce.ts";
import { registerRollback } from "./commands/rollback.ts";
import { registerRun } from "./commands/run.ts";
import { registerScore } from "./commands/score.ts";
import { registerServe } from "./commands/serve.ts";
import { registerTrain } from "./commands/train.ts";
import { registerUpdate } from "./commands/update.ts";
import { PACKAGE_VERSION } from "./session/package-files.ts";
import type { Session } from "./session/session.ts";
import type { Terminal } from "./session/terminal.ts";

const EXAMPLES = `
Start here:
  $ oirl demo                                  all of it, on a small real log
  $ oirl run log.csv                           with your own: a file or a folder
  $ oirl recommend log "What is 3 plus 4?"     the prompt to use

Results go to standard output, everything else to standard error; --json prints
one JSON document. Exit status: 0 fine, 1 failed, 2 called wrongly, 130 stopped
by Ctrl-C. NO_COLOR is respected.`;

/** How a command is put into the program. */
type Registration = (program: Command, session: Session) => void;

/** All commands by what they are for, in the order in which help lists them. */
const COMMANDS: readonly (readonly [heading: string, commands: readonly Registration[]])[] = [
  ["Every day:", [registerRun, registerRecommend, registerCollect, registerReport, registerDoctor]],
  ["To begin with:", [registerDemo, registerDatasets]],
  ["One step at a time:", [registerImport, registerAppend, registerEvaluate, registerTrain]],
  ["In production:", [registerOpen, registerServe, registerUpdate, registerRollback]],
  ["Better labels and prompts:", [registerJudge, registerPropose, registerOptimize, registerScore]],
  ["Research:", [registerReproduce, registerCritic, registerExport]],
];

/** All commands, bound to one session. Throws CommanderError instead of ending the process. */
export function createProgram(session: Session): Command {
  const program = new Command("oirl")
    .description(
      "Learn from a log of questions, prompts and right or wrong answers which prompt to use for which question.",
    )
    .version(PACKAGE_VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", EXAMPLES)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.terminal.writeOut(text),
      writeErr: (text) => session.terminal.writeError(text),
      // Mistakes are reported in one place, print-error.ts.
      outputError: () => {},
      getOutHelpWidth: () => helpWidth(session.terminal),
      getErrHelpWidth: () => helpWidth(session.terminal),
    });
  for (const [heading, commands] of COMMANDS) {
    program.commandsGroup(heading);
    for (const register of commands) register(program, session);
  }
  program.commandsGroup("Help:").helpCommand("help [command]", "show the help of a command");
  return program;
}

/** Help is set as wide as the terminal, but no wider than reads well. */
export function helpWidth(terminal: Terminal): number {
  return Math.min(terminal.columns, 100);
}

/** The help command nearest to what was typed: `oirl import table --help` for `oirl import table --color`. */
export function helpCommandFor(program: Command, commandLine: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const word of commandLine) {
    if (word.startsWith("-")) continue;
    command = command.commands.find((candidate) => candidate.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return `${names.join(" ")} --help`;
}
