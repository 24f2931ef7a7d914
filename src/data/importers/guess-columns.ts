import type { Table } from "../files/tables/table.ts";
import {
  DEFAULT_NAMES,
  FURTHER_INPUTS,
  QUESTIONS_BESIDE_ANSWERS,
  simplified,
  WORDINGS_BESIDE_IDS,
} from "./column-names.ts";
import { checkColumn, hasColumn, resolveColumns } from "./named-columns.ts";
import { looksLikePart, looksLikeReward } from "./parse-cells.ts";
import type {
  KnownLayout,
  MappingRevision,
  TableColumns,
  TableMappingOptions,
  ToldColumns,
} from "./table-mapping.ts";
import { readNumber } from "./verdict-words.ts";

type Guess = { -readonly [key in keyof TableColumns]: string };

/** Numbers in an optional column that make sense; a guessed column with others is something else. */
const FITTING: Readonly<Partial<Record<keyof TableColumns, (value: number) => boolean>>> = {
  repetition: (value) => Number.isInteger(value) && value >= 0,
  cost: (value) => value >= 0,
  latencyMs: (value) => value >= 0,
  propensity: (value) => value > 0 && value <= 1,
  confidence: Number.isFinite,
  critic: Number.isFinite,
};

/** Whether a cell could belong into a column that was guessed by its name. */
export function fitsGuess(key: keyof TableColumns, cell: string): boolean {
  if (key === "split") return looksLikePart(cell);
  const fits = FITTING[key];
  if (fits === undefined || cell.trim() === "") return true;
  const number = readNumber(cell);
  return number !== undefined && fits(number);
}

/** What is told, and for the rest the columns that have usual names and fitting first cells. */
export function guessColumns(
  table: Table,
  told: ToldColumns,
  options: TableMappingOptions,
  known: KnownLayout | null,
  revision: MappingRevision,
): { columns: TableColumns; guessed: ReadonlySet<keyof TableColumns> } {
  const columns: Guess = {};
  const taken = new Set<string>([
    ...(options.ignoreColumns ?? []),
    ...(options.featureColumns ?? []),
    ...(options.inputColumns ?? []),
    ...(options.promptColumns ?? []),
  ]);
  const without = new Set<keyof TableColumns>(revision.dropped);
  // A known tool's inputs are the question already.
  if (known?.inputs !== undefined) {
    without.add("query");
    for (const name of known.inputs) taken.add(name);
  }
  for (const [key] of DEFAULT_NAMES) {
    const name = told[key];
    if (name === undefined) continue;
    if (name === null || name === "") {
      without.add(key);
      continue;
    }
    const parts = resolveColumns(table, name);
    // What a known tool may leave out is no mistake, what a user named is.
    if (options.columns?.[key] === undefined && !parts.every((part) => hasColumn(table, part))) continue;
    for (const part of parts) {
      checkColumn(table, part);
      taken.add(part);
    }
    columns[key] = name;
    taken.add(name);
  }
  const byName = new Map(table.columns.map((name) => [simplified(name), name]));
  for (const [key, usual] of DEFAULT_NAMES) {
    if (columns[key] !== undefined || without.has(key)) continue;
    const named = usual
      .map((candidate) => byName.get(candidate))
      .filter((found) => found !== undefined && !taken.has(found)) as string[];
    const fitting = named.find((name) => fits(table, key, name));
    // A reward that does not fit is taken all the same, so that its first cell is told as the error.
    const name = fitting ?? (key === "reward" ? named[0] : undefined);
    if (name !== undefined) {
      columns[key] = name;
      taken.add(name);
    } else if (named[0] !== undefined)
      options.onWarning?.(
        `Column "${named[0]}" is not taken for what its name says: its cells do not fit. Where it is, name it by --${kebabCase(key)}-column.`,
      );
  }
  if (columns.query === undefined && !without.has("query") && columns.answer !== undefined) {
    const beside = QUESTIONS_BESIDE_ANSWERS.map((usual) => byName.get(usual));
    const name = beside.find((found) => found !== undefined && !taken.has(found));
    if (name !== undefined) {
      columns.query = name;
      taken.add(name);
    }
  }
  settlePrompt(table, columns, told, taken, byName, options);
  const guessed = (Object.keys(columns) as (keyof TableColumns)[]).filter(
    (key) => typeof told[key] !== "string",
  );
  return { columns, guessed: new Set(guessed) };
}

/** Further inputs beside the question, called as such. */
export function guessFurtherInputs(
  table: Table,
  columns: TableColumns,
  options: TableMappingOptions,
  revision: MappingRevision,
): string[] {
  const taken = new Set<string>([
    ...(Object.values(columns) as string[]),
    ...(options.ignoreColumns ?? []),
    ...(options.featureColumns ?? []),
    ...revision.droppedInputs,
  ]);
  const byName = new Map(table.columns.map((name) => [simplified(name), name]));
  const named = FURTHER_INPUTS.flatMap((usual) => byName.get(usual) ?? []);
  // Beside an instruction, "input" is what it is about.
  const isAlpaca = simplified(columns.query ?? "") === "input" && byName.has("instruction");
  const further = isAlpaca ? [byName.get("instruction")!] : [];
  return [...further, ...named].filter((name) => !taken.has(name));
}

/** Whether a column's first cells could mean what its name says. */
function fits(table: Table, key: keyof TableColumns, name: string): boolean {
  if (key === "reward") return table.firstRows.every((row) => looksLikeReward(row.cell(name)));
  return table.firstRows.every((row) => fitsGuess(key, row.cell(name)));
}

/** Tells a column of prompts' ids from one of their wordings. */
function settlePrompt(
  table: Table,
  columns: Guess,
  told: ToldColumns,
  taken: Set<string>,
  byName: ReadonlyMap<string, string>,
  { onWarning }: TableMappingOptions,
): void {
  // Where one template stands beside several cells of "prompt", these are rendered prompts, not ids.
  const isGuessedId = told.prompt === undefined && columns.prompt !== undefined;
  if (isGuessedId && simplified(columns.prompt!) === "prompt" && columns.template !== undefined)
    if (!isIdFor(table, columns.template, columns.prompt!)) delete columns.prompt;
  if (told.template === undefined && columns.prompt !== undefined) {
    const free = (name: string): string | undefined => {
      const found = byName.get(name);
      return found !== undefined && !taken.has(found) ? found : undefined;
    };
    const wording = columns.template ?? WORDINGS_BESIDE_IDS.map(free).find((name) => name !== undefined);
    const variant = free("variant");
    if (wording !== undefined && !holdsQuestions(table, wording, columns.query)) columns.template = wording;
    else if (wording !== undefined) {
      delete columns.template;
      onWarning?.(
        `Column "${wording}" is not taken as the prompts' wording: it differs between rows of one "${columns.prompt}", as prompts with the question inside do. Name the wording's column by --template-column.`,
      );
    } else if (
      told.prompt === undefined &&
      variant !== undefined &&
      isIdFor(table, variant, columns.prompt)
    ) {
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
}

/** Whether, in the first rows, each id has one wording. */
function isIdFor(table: Table, id: string, wording: string): boolean {
  const wordings = new Map<string, string>();
  return table.firstRows.every((row) => {
    const key = row.cell(id);
    const text = row.cell(wording);
    const before = wordings.get(key) ?? text;
    wordings.set(key, before);
    return before === text;
  });
}

/** Whether most wordings have the row's own question in them. */
function holdsQuestions(table: Table, wording: string, query: string | undefined): boolean {
  if (query === undefined) return false;
  const [question] = resolveColumns(table, query);
  const holding = table.firstRows.filter((row) => {
    const text = row.cell(question!).trim();
    return text !== "" && row.cell(wording).includes(text);
  });
  return holding.length > 0 && holding.length >= table.firstRows.length / 2;
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}
