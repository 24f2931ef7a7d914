import type { Command } from "commander";
import { Option } from "commander";
import type { TableColumns } from "../data/index.ts";

/** What each column of a table may hold; the flag is the name in kebab case with `-column` after it. */
const COLUMN_FLAGS: Readonly<Record<keyof TableColumns, string>> = {
  query: "the question's text",
  queryId: "its id; without it, equal texts are one question",
  prompt: "the prompt's id",
  template: "the prompt's wording, without the question in it",
  reward: "right or wrong: true/false, pass/fail, or a number from 0 to 1",
  answer: "the LLM's answer; graded where there is no reward",
  goldenAnswer: "the right answer",
  model: "the LLM",
  repetition: "number of the repeat; without it, repeats are counted",
  split: "train or test",
  group: "questions that must not be divided between training and test",
  confidence: "the LLM's confidence in its answer",
  critic: "the LLM's verdict on its answer",
  propensity: "probability with which this prompt was logged",
  cost: "in US dollars",
  latencyMs: "in milliseconds",
};

const COLUMN_NAMES = Object.keys(COLUMN_FLAGS) as (keyof TableColumns)[];

/** Which column of a table holds what, as flags: `--query-column`, `--reward-column` and so on. */
export function addTableFlags(command: Command): Command {
  command
    .option("--format <name>", "csv, tsv, jsonl or parquet (default: by the file's extension)")
    .option("--delimiter <character>", "between cells of CSV (default: guessed)")
    .addOption(
      new Option(
        "--layout <name>",
        "long: a row an answer; wide: a column a prompt (default: guessed)",
      ).choices(["long", "wide"]),
    )
    .option(
      "--prompt-columns <names>",
      "in a wide table, the prompts' columns, with commas between",
      splitNames,
    );
  for (const name of COLUMN_NAMES) command.option(`--${kebabCase(name)}-column <name>`, COLUMN_FLAGS[name]);
  return command;
}

/** Values of the flags, as commander gives them. */
export type TableFlags = { readonly [name in `${keyof TableColumns}Column`]?: string } & {
  readonly format?: "csv" | "tsv" | "jsonl" | "parquet";
  readonly delimiter?: string;
  readonly layout?: "long" | "wide";
  readonly promptColumns?: readonly string[];
};

/** The columns that were named. */
export function namedColumns(flags: TableFlags): TableColumns {
  const named = COLUMN_NAMES.flatMap((name) => {
    const column = flags[`${name}Column`];
    return column === undefined ? [] : [[name, column] as const];
  });
  return Object.fromEntries(named);
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
