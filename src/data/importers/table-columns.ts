import { ConfigError } from "../../errors.ts";
import type { Table } from "../tables/table.ts";
import { looksLikePart, looksLikeReward } from "./parse-cells.ts";
import {
  promptfooAnswerColumns,
  promptfooPromptColumns,
  promptfooResultColumns,
} from "./promptfoo-columns.ts";
import type { TableColumns, TableLayout, TableMapping, TableMappingOptions } from "./table-mapping.ts";

/** Usual names, compared without case, spaces and punctuation; the first that is there is taken. */
const USUAL_NAMES: readonly (readonly [keyof TableColumns, readonly string[]])[] = [
  ["query", ["question", "query", "querytext", "questiontext", "input", "problem", "instruction"]],
  ["queryId", ["queryid", "questionid", "qid", "sampleid", "exampleid", "docid"]],
  ["template", ["template", "prompttemplate", "prompttext"]],
  ["prompt", ["promptid", "promptname", "promptlabel", "promptalias", "promptkey", "prompt", "variant"]],
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

/** Further names of the template's column, trusted only beside a column of the prompts' ids. */
const WORDINGS_BESIDE_IDS: readonly string[] = ["prompt", "instruction", "instructions"];

/**
 * Settles what a table's columns mean: as told, else by their usual names and first cells.
 * @throws ConfigError where a named column is missing, or what is needed was not found; it lists the columns there are
 */
export function mapTable(table: Table, options: TableMappingOptions): TableMapping {
  const results = promptfooResultColumns(table);
  const columns = guessColumns(table, { ...results, ...options.columns }, options.onWarning);
  const verdicts = promptfooPromptColumns(table);
  const promptfoo = {
    verdictColumns: new Set(verdicts),
    answerColumns: new Set(promptfooAnswerColumns(table)),
    isPromptfooResults: results !== null,
  };
  const layout = options.layout ?? (verdicts.length > 0 ? "wide" : guessLayout(columns, options));
  if (columns.query === undefined)
    throw missing(
      table,
      "the question's text",
      results === null ? "--query-column NAME" : "--query-column vars.NAME, as the variable is called",
    );
  if (layout === "wide") {
    const promptColumns =
      options.promptColumns ?? (verdicts.length > 0 ? verdicts : guessPromptColumns(table, columns));
    for (const name of promptColumns) checkColumn(table, name);
    if (promptColumns.length === 0)
      throw missing(
        table,
        "one prompt's rewards each (a wide table)",
        "--prompt-columns NAME,NAME …, or for a long table --prompt-column and --reward-column",
      );
    return { layout, columns, promptColumns, ...promptfoo };
  }
  if (columns.prompt === undefined && columns.template === undefined)
    throw missing(table, "the prompt", "--prompt-column NAME or --template-column NAME");
  if (columns.reward === undefined && (columns.answer === undefined || columns.goldenAnswer === undefined))
    throw missing(table, "the reward (or both the answer and the golden answer)", "--reward-column NAME");
  return { layout, columns, promptColumns: [], ...promptfoo };
}

type Guess = { -readonly [key in keyof TableColumns]: string };

function guessColumns(
  table: Table,
  told: TableColumns,
  onWarning: TableMappingOptions["onWarning"],
): TableColumns {
  const columns: Guess = {};
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
  // Where one template stands beside several cells of "prompt", these are rendered prompts, not ids.
  const isGuessedId = told.prompt === undefined && columns.prompt !== undefined;
  if (isGuessedId && simplified(columns.prompt!) === "prompt" && columns.template !== undefined)
    if (!isIdOf(table, columns.template, columns.prompt!)) delete columns.prompt;
  if (told.template === undefined && columns.prompt !== undefined) {
    const free = (name: string): string | undefined => {
      const found = byName.get(name);
      return found !== undefined && !taken.has(found) ? found : undefined;
    };
    const wording = columns.template ?? WORDINGS_BESIDE_IDS.map(free).find((name) => name !== undefined);
    const variant = free("variant");
    if (wording !== undefined && isIdOf(table, columns.prompt, wording)) columns.template = wording;
    else if (wording !== undefined) {
      delete columns.template;
      onWarning?.(
        `Column "${wording}" is not taken as the prompts' wording: it differs between rows of one "${columns.prompt}", as prompts with the question inside do. Name the wording's column by --template-column.`,
      );
    } else if (told.prompt === undefined && variant !== undefined && isIdOf(table, variant, columns.prompt)) {
      columns.template = columns.prompt;
      columns.prompt = variant;
    }
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

/** Whether, in the first rows, each id has one wording. */
function isIdOf(table: Table, id: string, wording: string): boolean {
  const wordings = new Map<string, string>();
  return table.firstRows.every((row) => {
    const key = row.cell(id);
    const text = row.cell(wording);
    const before = wordings.get(key) ?? text;
    wordings.set(key, before);
    return before === text;
  });
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
  // A dotted path into JSON is no column of its own, but has cells.
  if (!table.columns.includes(name) && table.firstRows.every((row) => row.cell(name) === ""))
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
