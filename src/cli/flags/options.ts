import { type Command, InvalidArgumentError, Option } from "commander";
import type { ModelOptions } from "../../pipeline/index.ts";
import type { WorkOptions } from "../../types/index.ts";
import { warnOnce } from "../../util/index.ts";
import type { Session } from "../session/session.ts";

/** What `--json` and `--verbose` do, the same on every command; run-cli.ts reads them before parsing. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON document")
    .option("--verbose", "show where an error comes from (also with DEBUG=1)");
}

/** The flags of every command that trains something, and under its help the models to choose from. */
export function addModelOptions(command: Command, session: Session): Command {
  command
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
    .option("--llm <llm>", "which LLM's answers to use, where the log holds several")
    .addOption(
      new Option(
        "--choose <what>",
        "prompts on one LLM, LLMs under one prompt, or both (default: what the log has several of)",
      ).choices(["prompt", "llm", "both"]),
    )
    .option(
      "--cost <name=number>",
      "what a call to an LLM or under a prompt costs, in place of the log's costs; may stand again",
      gatherCost,
    )
    .option("--cost-unit <unit>", "of costs: dollars, seconds, tokens", "dollars");
  return addKnobOptions(command).addHelpText("after", session.catalog);
}

/** How success is to be weighed against cost, as flags. */
export function addKnobOptions(command: Command): Command {
  return command
    .option(
      "--worth <cost>",
      "what a right answer is worth: pay more only where it is likely to pay",
      parseAmount,
    )
    .option("--budget <cost>", "what a question may cost on average", parseAmount)
    .option("--keep <share>", "keep this share of the best success, as cheaply as possible: 99%", parseShare);
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

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() === "" || !(Number.isFinite(amount) && amount >= 0))
    throw new InvalidArgumentError(`expected a number of at least 0, found "${text}".`);
  return amount;
}

function parseShare(text: string): number {
  const isPercent = text.endsWith("%");
  const number = parseAmount(isPercent ? text.slice(0, -1) : text);
  const share = isPercent ? number / 100 : number;
  if (share > 1)
    throw new InvalidArgumentError(
      `expected a share from 0 to 1, or a percentage such as 99%, found "${text}".`,
    );
  return share;
}

/** `gpt-4=0.03`, added to those before it. */
function gatherCost(
  text: string,
  earlier: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const at = text.lastIndexOf("=");
  const name = text.slice(0, at);
  if (at <= 0) throw new InvalidArgumentError(`expected name=number, such as gpt-4=0.03, found "${text}".`);
  if (Object.hasOwn(earlier, name))
    throw new InvalidArgumentError(`${name} is given twice; give each cost once.`);
  // Own properties only, whatever a candidate is called.
  return Object.fromEntries([...Object.entries(earlier), [name, parseAmount(text.slice(at + 1))]]);
}

/** The end of `--help`: what it looks like in use. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
