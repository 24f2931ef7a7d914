import { ConfigError } from "../../errors.ts";
import type { Table } from "../tables/table.ts";
import { looksLikePart, looksLikeReward } from "./parse-cells.ts";

/** Which column of a table holds what. Columns that are not named are looked for under usual names. */
export interface TableColumns {
  /** The question's text. */
  readonly query?: string;
  /** The question's id; without it, equal texts are one question. */
  readonly queryId?: string;
  /** The prompt's id. */
  readonly prompt?: string;
  /** The prompt's template, without the question in it. */
  readonly template?: string;
  /** Right or wrong: true/false, pass/fail, or a number in [0, 1]. */
  readonly reward?: string;
  readonly model?: string;
  /** 0-based number of the repeat; without it, repeats are counted. */
  readonly repetition?: string;
  /** The LLM's answer; with `goldenAnswer` and without `reward` it is graded. */
  readonly answer?: string;
  readonly goldenAnswer?: string;
  /** In US dollars. */
  readonly cost?: string;
  readonly latencyMs?: string;
  /** `train` or `test`. */
  readonly split?: string;
  readonly propensity?: string;
  readonly confidence?: string;
  readonly critic?: string;
  readonly group?: string;
}

/** One row an interaction, or one row a question with one column a prompt. */
export type TableLayout = "long" | "wide";

/** How a table is understood. */
export interface TableMapping {
  readonly layout: TableLayout;
  readonly columns: TableColumns;
  /** In a wide table, the columns that hold one prompt's rewards each; the column's name is the prompt's id. */
  readonly promptColumns: readonly string[];
}

/** What a user says of a table. */
export interface TableMappingOptions {
  readonly layout?: TableLayout;
  readonly columns?: TableColumns;
  readonly promptColumns?: readonly string[];
}

/** Usual names, compared without case, spaces and punctuation; the first that is there is taken. */
const USUAL_NAMES: readonly (readonly [keyof TableColumns, readonly string[]])[] = [
  ["query", ["question", "query", "querytext", "questiontext", "input", "problem", "instruction"]],
  ["queryId", ["queryid", "questionid", "qid", "sampleid", "exampleid", "docid"]],
  ["template", ["template", "prompttemplate", "prompttext"]],
  ["prompt", ["promptid", "promptname", "promptlabel", "promptalias", "prompt", "variant"]],
  [
    "reward",
    ["reward", "score", "correct", "iscorrect", "success", "pass", "passed", "label", "acc", "accuracy"],
  ],
  ["model", ["model", "modelname", "llm", "provider"]],
  ["repetition", ["repetition", "repetitionnumber", "repeat", "trial", "attempt"]],
  [
    "answer",
    ["response", "output", "completion", "generation", "prediction", "modelanswer", "llmanswer", "answer"],
  ],
  [
    "goldenAnswer",
    [
      "goldenanswer",
      "goldanswer",
      "gold",
      "golden",
      "target",
      "expected",
      "reference",
      "referenceanswer",
      "groundtruth",
      "correctanswer",
      "answer",
    ],
  ],
  ["cost", ["cost", "totalcost", "costusd"]],
  ["latencyMs", ["latencyms", "durationms"]],
  ["split", ["split", "part"]],
  ["propensity", ["propensity"]],
  ["confidence", ["confidence"]],
  ["critic", ["critic"]],
  ["group", ["group"]],
];

/**
 * Settles what a table's columns mean: as told, else by their usual names and first cells.
 * @throws ConfigError where a named column is missing, or what is needed was not found; it lists the columns there are
 */
export function mapTable(table: Table, options: TableMappingOptions): TableMapping {
  const columns = guessColumns(table, options.columns ?? {});
  const layout = options.layout ?? guessLayout(columns, options);
  if (columns.query === undefined) throw missing(table, "the question's text", "--query-column NAME");
  if (layout === "wide") {
    const promptColumns = options.promptColumns ?? guessPromptColumns(table, columns);
    for (const name of promptColumns) checkColumn(table, name);
    if (promptColumns.length === 0)
      throw missing(
        table,
        "one prompt's rewards each (a wide table)",
        "--prompt-columns NAME,NAME …, or for a long table --prompt-column and --reward-column",
      );
    return { layout, columns, promptColumns };
  }
  if (columns.prompt === undefined && columns.template === undefined)
    throw missing(table, "the prompt", "--prompt-column NAME or --template-column NAME");
  if (columns.reward === undefined && (columns.answer === undefined || columns.goldenAnswer === undefined))
    throw missing(table, "the reward (or both the answer and the golden answer)", "--reward-column NAME");
  return { layout, columns, promptColumns: [] };
}

function guessColumns(table: Table, told: TableColumns): TableColumns {
  const columns: { -readonly [key in keyof TableColumns]: string } = {};
  const taken = new Set<string>();
  for (const [key] of USUAL_NAMES) {
    const name = told[key];
    if (name === undefined) continue;
    checkColumn(table, name);
    columns[key] = name;
    taken.add(name);
  }
  const byName = new Map(table.columns.map((name) => [simplified(name), name]));
  for (const [key, usual] of USUAL_NAMES) {
    if (columns[key] !== undefined) continue;
    const name = usual
      .map((candidate) => byName.get(candidate))
      .find((found) => found !== undefined && !taken.has(found));
    if (name === undefined || !isPlausible(table, key, name)) continue;
    columns[key] = name;
    taken.add(name);
  }
  // A column "prompt" whose cells are sentences holds templates.
  const { prompt } = columns;
  if (told.prompt === undefined && prompt !== undefined && columns.template === undefined)
    if (table.firstRows.some((row) => /\s/.test(row.cell(prompt).trim()))) {
      columns.template = prompt;
      delete columns.prompt;
    }
  return columns;
}

function isPlausible(table: Table, key: keyof TableColumns, name: string): boolean {
  const check = key === "split" ? looksLikePart : undefined;
  return check === undefined || table.firstRows.every((row) => check(row.cell(name)));
}

function guessLayout(columns: TableColumns, options: TableMappingOptions): TableLayout {
  if (options.promptColumns !== undefined) return "wide";
  const hasPrompt = columns.prompt !== undefined || columns.template !== undefined;
  const hasReward =
    columns.reward !== undefined || (columns.answer !== undefined && columns.goldenAnswer !== undefined);
  return hasPrompt || hasReward ? "long" : "wide";
}

/** Columns without another meaning whose first cells are all rewards. */
function guessPromptColumns(table: Table, columns: TableColumns): string[] {
  const taken = new Set<string>(Object.values(columns));
  return table.columns.filter(
    (name) =>
      !taken.has(name) &&
      simplified(name) !== "id" &&
      table.firstRows.every((row) => looksLikeReward(row.cell(name))) &&
      table.firstRows.some((row) => row.cell(name).trim() !== ""),
  );
}

function checkColumn(table: Table, name: string): void {
  if (!table.columns.includes(name))
    throw new ConfigError(`${table.file} has no column "${name}"; it has ${listColumns(table)}.`, {
      file: table.file,
    });
}

function missing(table: Table, what: string, how: string): ConfigError {
  return new ConfigError(
    `${table.file}: no column was recognised as ${what}. Name it by ${how}. The columns are ${listColumns(table)}.`,
    { file: table.file },
  );
}

function listColumns(table: Table): string {
  const names = table.columns.slice(0, 40).map((name) => `"${name}"`);
  return table.columns.length > names.length ? `${names.join(", ")} …` : names.join(", ");
}

function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}
