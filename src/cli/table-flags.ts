import { type Command, Option } from "commander";
import type { ImportTableOptions, TableColumns } from "../data/index.ts";
import { addMatcherFlags, type MatcherFlags, matcherOf } from "./matcher-flags.ts";

/** What each column of a table may hold; the flag is the name in kebab case with `-column` after it. */
const COLUMN_FLAGS: Readonly<Record<keyof TableColumns, string>> = {
  query: "the question's text",
  queryId: "its id; without it, equal texts are one question",
  prompt: "the prompt's id",
  template: "the prompt's wording, without the question in it",
  reward: "right or wrong: true/false, pass/fail, or from 0 to 1",
  answer: "the LLM's answer; graded where there is no reward",
  goldenAnswer: "the right answer",
  model: "the LLM",
  repetition: "number of the repeat; without it, repeats are counted",
  split: "train or test",
  group: "questions that stay on one side of every split",
  confidence: "the LLM's confidence in its answer",
  critic: "the LLM's verdict on its answer",
  propensity: "probability with which this prompt was logged",
  cost: "in US dollars",
  latencyMs: "in milliseconds",
};

const COLUMN_NAMES = Object.keys(COLUMN_FLAGS) as (keyof TableColumns)[];

/** How a table is understood, as flags: `--query-column`, `--reward-column` and so on. */
export function addTableFlags(command: Command): Command {
  command
    .option("--columns <file>", "YAML file that says what the columns hold; flags win")
    .addOption(
      new Option("--format <name>", "default: by the file's extension").choices([
        "csv",
        "tsv",
        "jsonl",
        "parquet",
      ]),
    )
    .option("--delimiter <character>", "between cells of CSV (default: guessed)")
    .addOption(
      new Option("--layout <name>", "a row an answer, or a column a prompt (default: guessed)").choices([
        "long",
        "wide",
      ]),
    )
    .option("--prompt-columns <names>", "in a wide table, the prompts' columns, with commas", splitNames);
  for (const name of COLUMN_NAMES) command.option(`--${kebabCase(name)}-column <name>`, COLUMN_FLAGS[name]);
  addMatcherFlags(command, "grades answers where there is no reward");
  return command
    .option("--prompts <file>", "the prompts' wording, one {id, template} a line")
    .option("--held-out <ids>", "prompts to keep out of training, with commas", splitNames)
    .option("--task <name>", "name of the task (default: the file's name)");
}

/** Values of the flags, as commander gives them. */
export type TableFlags = { readonly [name in `${keyof TableColumns}Column`]?: string } & Pick<
  ImportTableOptions,
  "format" | "delimiter" | "layout" | "promptColumns" | "heldOut" | "task" | "model"
> &
  MatcherFlags & { readonly columns?: string; readonly prompts?: string };

const PLAIN_FLAGS = [
  ...(["format", "delimiter", "layout", "promptColumns", "heldOut", "task", "model"] as const),
] as const;

/**
 * The flags as the importer wants them.
 * @param configured what holds where no flag says otherwise
 */
export async function tableOptions(
  flags: TableFlags,
  configured: Partial<ImportTableOptions> = {},
): Promise<Omit<ImportTableOptions, "file" | "out">> {
  const { readTableConfig } = await import("../data/index.ts");
  const config = flags.columns === undefined ? configured : await readTableConfig(flags.columns);
  const named = COLUMN_NAMES.flatMap((name) => {
    const column = flags[`${name}Column`];
    return column === undefined ? [] : [[name, column] as const];
  });
  const plain = PLAIN_FLAGS.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]);
  return {
    ...config,
    ...Object.fromEntries(plain),
    ...matcherOf(flags),
    ...(flags.prompts === undefined ? {} : { promptsFile: flags.prompts }),
    columns: { ...config.columns, ...Object.fromEntries(named) },
  };
}

function splitNames(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}
