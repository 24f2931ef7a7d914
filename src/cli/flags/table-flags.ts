import { type Command, InvalidArgumentError, Option } from "commander";
import type { FileConstants, FileMeaning, ImportTableOptions, TableColumns } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import { addMatcherFlags, type MatcherFlags, readMatcherFlags } from "./matcher-flags.ts";

/** What each column of a table may hold; the flag is the name in kebab case with `-column` after it. */
const COLUMN_FLAGS: Readonly<Record<keyof TableColumns, string>> = {
  query: 'the question\'s text (of each of these: several columns with commas, or "" for none)',
  queryId: "its id; without it, equal inputs are one question",
  prompt: "the prompt's id, e.g. its name and version",
  template: "the prompt's wording, without the question in it",
  reward: "right or wrong: true/false, pass/fail, or from 0 to 1",
  answer: "the LLM's answer; graded where there is no reward",
  goldenAnswer: "the right answer",
  llm: "the LLM",
  repetition: "number of the repeat; without it, repeats are counted",
  split: "train or test",
  group: "questions that stay on one side of every split",
  confidence: "the LLM's confidence in its answer",
  critic: "the LLM's verdict on its answer",
  propensity: "probability with which this prompt was logged",
  cost: "in US dollars",
  latencyMs: "in milliseconds",
  error: "what went wrong with a call",
  finishReason: "why the LLM stopped",
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
        "json",
        "parquet",
        "eval",
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
  command
    .option("--input-columns <names>", "further inputs that tell questions apart, with commas", splitNames)
    .option("--feature-columns <names>", "texts or numbers carried with each question", splitNames)
    .option("--ignore-columns <names>", "columns that mean nothing here", splitNames)
    .option("--drop <names>", "columns that stay out, e.g. texts of answers", splitNames)
    .option("--hash <names>", "columns of which a hash is kept, e.g. ids of users", splitNames)
    .option("--where <condition>", `rows to take: 'filter == "strict-match"'; may stand again`, gather)
    .option("--set <meaning=value>", "llm=, prompt= or group= of all rows; may stand again", gather)
    .option("--prompt-from-file", "each file's name is the prompt of its rows")
    .option("--llm-from-file", "each file's name is the LLM of its rows")
    .option("--group-from-file", "each file's name is the group of its questions")
    .option("--reward-scale <range>", "numbers that mean wrong and right: 1..5", parseScale)
    .option("--reward-values <pairs>", "what words mean: good=1,poor=0", parseValues);
  addMatcherFlags(command, "grades answers where there is no reward");
  return command
    .option("--prompts <file>", "the prompts' wording, one {id, template} a line")
    .option("--held-out <ids>", "prompts to keep out of training, with commas", splitNames)
    .option("--task <name>", "name of the task (default: the file's name)");
}

/** Values of the flags, as commander gives them. */
export type TableFlags = { readonly [name in `${keyof TableColumns}Column`]?: string } & Pick<
  ImportTableOptions,
  (typeof PLAIN_FLAGS)[number]
> &
  MatcherFlags & {
    readonly columns?: string;
    readonly drop?: readonly string[];
    readonly hash?: readonly string[];
    readonly prompts?: string;
    readonly set?: readonly string[];
    readonly promptFromFile?: boolean;
    readonly llmFromFile?: boolean;
    readonly groupFromFile?: boolean;
  };

const PLAIN_FLAGS = [
  "format",
  "delimiter",
  "layout",
  "promptColumns",
  "inputColumns",
  "featureColumns",
  "ignoreColumns",
  "where",
  "rewardScale",
  "rewardValues",
  "heldOut",
  "task",
  "llm",
] as const;

/** What `--set` names, and how the importer calls it. */
const SETTABLE: Readonly<Record<string, keyof FileConstants>> = {
  prompt: "prompt",
  llm: "llm",
  group: "group",
};

/**
 * The flags as the importer wants them.
 * @param configured what holds where no flag says otherwise
 */
export async function tableOptions(
  flags: TableFlags,
  configured: Partial<ImportTableOptions> = {},
): Promise<Omit<ImportTableOptions, "file" | "out">> {
  const { readTableConfig } = await import("../../data/index.ts");
  const config = flags.columns === undefined ? configured : await readTableConfig(flags.columns);
  const named = COLUMN_NAMES.flatMap((name) => {
    const column = flags[`${name}Column`];
    return column === undefined ? [] : [[name, column] as const];
  });
  const plain = PLAIN_FLAGS.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]);
  return {
    ...config,
    ...Object.fromEntries(plain),
    ...readMatcherFlags(flags),
    ...(flags.prompts === undefined ? {} : { promptsFile: flags.prompts }),
    ...(flags.set === undefined ? {} : { set: { ...config.set, ...parseSettings(flags.set) } }),
    ...(flags.drop === undefined ? {} : { dropColumns: flags.drop }),
    ...(flags.hash === undefined ? {} : { hashColumns: flags.hash }),
    ...fromFile(flags),
    columns: { ...config.columns, ...Object.fromEntries(named) },
  };
}

function fromFile(flags: TableFlags): { fromFile?: readonly FileMeaning[] } {
  const meanings = [
    ...(flags.promptFromFile === true ? (["prompt"] as const) : []),
    ...(flags.llmFromFile === true ? (["llm"] as const) : []),
    ...(flags.groupFromFile === true ? (["group"] as const) : []),
  ];
  return meanings.length === 0 ? {} : { fromFile: meanings };
}

function parseSettings(settings: readonly string[]): FileConstants {
  const entries = settings.map((text) => {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
    const meaning = SETTABLE[name.toLowerCase()];
    if (meaning === undefined || value === "")
      throw new UsageError(
        `--set ${text} is not understood; expected llm=NAME, prompt=NAME or group=NAME. See --help.`,
      );
    return [meaning, value] as const;
  });
  return Object.fromEntries(entries);
}

function gather(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function parseScale(text: string): [number, number] {
  const [, lowest, highest] = /^\s*([-+.\d]+?)\s*(?:\.\.|,)\s*([-+.\d]+)\s*$/.exec(text) ?? [];
  const scale: [number, number] = [Number(lowest), Number(highest)];
  if (!scale.every(Number.isFinite))
    throw new InvalidArgumentError("expected two numbers, the one for wrong first: 1..5.");
  return scale;
}

function parseValues(text: string): Record<string, number> {
  const pairs = splitNames(text).map((pair) => {
    const at = pair.lastIndexOf("=");
    const value = Number(pair.slice(at + 1));
    if (at < 1 || !(value >= 0 && value <= 1))
      throw new InvalidArgumentError(`${pair} is no word with a number from 0 to 1: good=1,poor=0.`);
    return [pair.slice(0, at).trim(), value] as const;
  });
  return Object.fromEntries(pairs);
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
