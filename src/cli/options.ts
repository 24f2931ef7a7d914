import { type Command, InvalidArgumentError, Option } from "commander";
import type { ModelOptions } from "../pipeline/index.ts";
import type { WorkOptions } from "../types/index.ts";
import { warnOnce } from "../util/index.ts";
import type { Session } from "./session.ts";

/** What `--json` and `--verbose` do, the same on every command; run-cli.ts reads them before parsing. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON document")
    .option("--verbose", "show where an error comes from (also with DEBUG=1)");
}

/** The flags of every command that trains something, and under its help the models to choose from. */
export function addModelOptions(command: Command, session: Session): Command {
  return command
    .option("--reward-model <name>", "what estimates success (see below)", "kernel-ridge")
    .option("--embedder <name>", "how questions become numbers (see below; default: the reward model's own)")
    .option("--prompt-embedder <name>", "how prompts become numbers", "character-ngrams")
    .addOption(
      new Option("--gate <strength>", "evidence wanted before leaving the best single prompt")
        .choices(["averse", "balanced", "neutral"])
        .default("balanced"),
    )
    .addOption(groupByOption())
    .addOption(
      new Option(
        "--propensity <from>",
        "chances of a log that lacks answers and has no propensities: how often each prompt was tried, or a model of the question",
      )
        .choices(["rates", "model"])
        .default("rates"),
    )
    .option("--seed <n>", "of folds and bootstrap", parseSeed, 7)
    .option("--model <llm>", "which LLM's answers to use, where the log holds several")
    .addHelpText("after", session.catalog);
}

/** The flag of every command that divides a log. */
export function groupByOption(): Option {
  return new Option(
    "--group-by <what>",
    "what counts as the same question: text, form (numbers masked) or a column (group, or one of --feature-columns)",
  ).default("text");
}

/** Values of `addModelOptions`, named as the pipeline names them. */
export type ModelFlags = Omit<ModelOptions, "onProgress" | "signal" | "onWarning">;

/** Only the flags that were typed, without defaults: what a configuration file says then stands. */
export function givenFlags<Flags extends object>(command: Command): Partial<Flags> {
  const given = Object.entries(command.opts<Flags>()).filter(
    ([name]) => command.getOptionValueSource(name) === "cli",
  );
  return Object.fromEntries(given) as Partial<Flags>;
}

/** Warnings, on standard error. */
export function forwardWarnings(session: Session): { onWarning: (message: string) => void } {
  return { onWarning: warnOnce((message: string) => session.note(`warning: ${message}`)) };
}

/** What every long-running call gets. */
export function workOptions(session: Session): Required<WorkOptions> {
  return { onProgress: session.onProgress, signal: session.signal, ...forwardWarnings(session) };
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError("expected a whole number from 0 to 9007199254740991.");
  return seed;
}

/** The end of `--help`: what it looks like in use. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
