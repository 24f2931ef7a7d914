import { ConfigError } from "../../errors.ts";
import type { Table } from "../files/tables/table.ts";
import { isMetadataName, PROMPT_VERSIONS, simplified } from "./column-names.ts";
import { guessColumns, guessFurtherInputs } from "./guess-columns.ts";
import { promptfooAnswerColumns, promptfooPromptColumns } from "./layouts/promptfoo-csv.ts";
import { checkColumn, hasColumn, listColumns, resolveColumns } from "./named-columns.ts";
import { looksLikeReward } from "./parse-cells.ts";
import type {
  KnownLayout,
  MappingRevision,
  TableColumns,
  TableLayout,
  TableMapping,
  TableMappingOptions,
  ToldColumns,
} from "./table-mapping.ts";

/** Fewer rows than this tell nothing of a column that is the same throughout. */
const FEW_ROWS = 10;

/**
 * Settles what a table's columns mean: as told, as the known tool's layout says, else by their usual names and first
 * cells.
 * @param revision what an earlier reading of the whole log taught
 * @param isSet meanings that are the same for all rows, which need no column
 * @throws ConfigError where a named column is missing, or what is needed was not found; it lists the columns there are
 */
export function mapTable(
  table: Table,
  options: TableMappingOptions,
  known: KnownLayout | null,
  revision: MappingRevision,
  isSet: ReadonlySet<keyof TableColumns> = new Set(),
): TableMapping {
  const told = { ...known?.columns, ...definedOnly(options.columns) };
  const { columns, guessed } = guessColumns(table, told, options, known, revision);
  const verdicts = promptfooPromptColumns(table);
  const answers = promptfooAnswerColumns(table);
  const isPromptfoo = verdicts.length > 0 || answers.length > 0;
  const layout = options.layout ?? (isPromptfoo ? "wide" : guessLayout(columns, options, isSet));
  const named = columns.query === undefined ? [] : resolveColumns(table, columns.query);
  // One named question goes before the other inputs of a known tool; several are all there are.
  const query = named.length > 1 ? named : [...new Set([...named, ...(known?.inputs ?? [])])];
  if (query.length === 0) throw missing(table, "the question's text", "--query-column NAME");
  const guessedInputs =
    known === null && options.inputColumns === undefined && query.length === 1
      ? guessFurtherInputs(table, columns, options, revision)
      : [];
  const inputs = [...query, ...(options.inputColumns ?? []), ...guessedInputs];
  const prompt = columns.prompt === undefined ? [] : resolveColumns(table, columns.prompt);
  const isNameAlone = known?.columns.prompt === undefined && (guessed.has("prompt") || prompt.length === 1);
  const versions = isNameAlone ? versionColumns(table, columns, options) : [];
  const promptColumns =
    layout === "long"
      ? []
      : (options.promptColumns ??
        (isPromptfoo
          ? [...new Set([...verdicts, ...answers])]
          : guessPromptColumns(table, columns, [...inputs, ...(options.featureColumns ?? [])], options)));
  for (const name of [...promptColumns, ...(options.inputColumns ?? []), ...(options.featureColumns ?? [])])
    checkColumn(table, name);
  checkComplete(table, layout, columns, promptColumns, isSet);

  const mapping = {
    known,
    layout,
    columns,
    parts: {
      query: inputs,
      queryId: columns.queryId === undefined ? [] : resolveColumns(table, columns.queryId),
      prompt: [...prompt, ...(prompt.length > 0 ? [...versions, ...revision.addedPromptColumns] : [])],
      llm: llmColumns(table, columns, guessed),
      group: columns.group === undefined ? [] : resolveColumns(table, columns.group),
    },
    guessed,
    guessedInputs,
    absentInputs: (known?.inputs ?? []).filter((name) => !hasColumn(table, name)),
    promptColumns,
    arePromptColumnsGuessed: layout === "wide" && options.promptColumns === undefined && !isPromptfoo,
    verdictColumns: new Set(verdicts),
    answerColumns: new Set(answers),
    featureColumns: options.featureColumns ?? [],
  };
  return { ...mapping, notUsed: table.columns.filter((name) => !isUsed(name, mapping)) };
}

function definedOnly(columns: ToldColumns = {}): ToldColumns {
  return Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined));
}

function isUsed(name: string, { columns, parts, ...mapping }: Omit<TableMapping, "notUsed">): boolean {
  const named = [...Object.values(columns), ...Object.values(parts).flat()] as string[];
  return (
    named.some((column) => column === name || column.startsWith(`${name}.`)) ||
    mapping.featureColumns.includes(name) ||
    mapping.promptColumns.some((column) => name === column || name.startsWith(`${column}: `))
  );
}

function guessLayout(
  columns: TableColumns,
  options: TableMappingOptions,
  isSet: ReadonlySet<keyof TableColumns>,
): TableLayout {
  if (options.promptColumns !== undefined) return "wide";
  const hasPrompt = columns.prompt !== undefined || columns.template !== undefined || isSet.has("prompt");
  const hasReward =
    columns.reward !== undefined || (columns.answer !== undefined && columns.goldenAnswer !== undefined);
  return hasPrompt || hasReward ? "long" : "wide";
}

/** Columns beside the prompt's name that hold versions of it. */
function versionColumns(table: Table, columns: TableColumns, options: TableMappingOptions): string[] {
  const taken = new Set<string>(Object.values(columns));
  return table.columns.filter(
    (name) =>
      PROMPT_VERSIONS.includes(simplified(name)) &&
      !taken.has(name) &&
      options.ignoreColumns?.includes(name) !== true &&
      options.featureColumns?.includes(name) !== true &&
      table.firstRows.some((row) => row.cell(name).trim() !== ""),
  );
}

/** A model beside its provider is known by both. */
function llmColumns(
  table: Table,
  columns: TableColumns,
  guessed: ReadonlySet<keyof TableColumns>,
): readonly string[] {
  if (columns.llm === undefined) return [];
  const provider = table.columns.find((name) => simplified(name) === "provider");
  return guessed.has("llm") && provider !== undefined && provider !== columns.llm
    ? [provider, columns.llm]
    : resolveColumns(table, columns.llm);
}

/** Columns without another meaning whose first cells are all rewards, and that are not called like a counter. */
function guessPromptColumns(
  table: Table,
  columns: TableColumns,
  others: readonly string[],
  options: TableMappingOptions,
): string[] {
  const taken = new Set<string>([...Object.values(columns), ...others, ...(options.ignoreColumns ?? [])]);
  const candidates = table.columns.filter(
    (name) =>
      !taken.has(name) &&
      table.firstRows.every((row) => looksLikeReward(row.cell(name))) &&
      table.firstRows.some((row) => row.cell(name).trim() !== ""),
  );
  const plausible = candidates.filter((name) => !isMetadataName(name));
  const constant = plausible.filter((name) => isConstant(table, name));
  if (constant.length === 0) return plausible;
  throw new ConfigError(
    `${table.file}: no column is called like a prompt or a reward, and ${nameAll(constant)} ${constant.length === 1 ? "holds" : "hold"} one value throughout, so it is not clear which columns are prompts. Name them: --prompt-columns NAME,NAME …; or, for a row an answer, --prompt-column NAME and --reward-column NAME. The columns are ${listColumns(table)}.`,
    { file: table.file },
  );
}

function isConstant(table: Table, name: string): boolean {
  const values = new Set(table.firstRows.map((row) => row.cell(name).trim()));
  return table.firstRows.length >= FEW_ROWS && values.size === 1;
}

function checkComplete(
  table: Table,
  layout: TableLayout,
  columns: TableColumns,
  promptColumns: readonly string[],
  isSet: ReadonlySet<keyof TableColumns>,
): void {
  if (layout === "wide") {
    if (promptColumns.length > 0) return;
    throw missing(
      table,
      "one prompt's rewards each (a wide table)",
      "--prompt-columns NAME,NAME …, or for a long table --prompt-column and --reward-column",
    );
  }
  if (columns.prompt === undefined && columns.template === undefined && !isSet.has("prompt"))
    throw missing(
      table,
      "the prompt",
      "--prompt-column NAME or --template-column NAME; where a file holds one prompt's answers, by --prompt-from-file or --set prompt=NAME",
    );
  if (columns.reward === undefined && (columns.answer === undefined || columns.goldenAnswer === undefined))
    throw missing(table, "the reward (or both the answer and the golden answer)", "--reward-column NAME");
}

function missing(table: Table, what: string, how: string): ConfigError {
  return new ConfigError(
    `${table.file}: no column was recognized as ${what}. Name it by ${how}. The columns are ${listColumns(table)}.`,
    { file: table.file },
  );
}

function nameAll(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
