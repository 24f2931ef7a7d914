import { ConfigError } from "../../../errors.ts";
import type { Table, TableRow } from "../../files/tables/table.ts";
import { DEFAULT_NAMES, simplified } from "../column-names.ts";
import { listKeys, type OpenTable, readField } from "./known-table.ts";
import { usualQuestion } from "./promptfoo-variables.ts";

/** Before the name of a score in the name of its column. */
export const SCORES = "scores.";

const REWARD_NAMES = new Set(DEFAULT_NAMES.find(([key]) => key === "reward")![1]);

/** The scores of one answer by their names. */
export type NamedScores = Readonly<Record<string, unknown>>;

/** Walks through all rows of all files. */
export async function surveyRows(
  files: readonly string[],
  open: OpenTable,
  visit: (row: TableRow, table: Table) => void,
): Promise<void> {
  for (const file of files) {
    const table = await open(file);
    try {
      for await (const rows of table.batches) for (const row of rows) visit(row, table);
    } finally {
      await table.close();
    }
  }
}

/** The scores as cells of columns `scores.<name>`. */
export function scoreCells(scores: NamedScores): Record<string, unknown> {
  return Object.fromEntries(Object.entries(scores).map(([name, value]) => [`${SCORES}${name}`, value]));
}

/**
 * The column of the only score there is.
 * @param isTold whether the reward's column is named
 * @param hasRewardColumn whether a column beside is called like a reward, which is one where there are no scores
 * @returns null where the reward is named otherwise
 * @throws ConfigError where there are none, or several
 */
export function onlyScore(
  file: string,
  names: ReadonlySet<string>,
  isTold: boolean,
  hasRewardColumn = false,
): string | null {
  if (isTold) return null;
  const columns = [...names].sort().map((name) => `${SCORES}${name}`);
  if (columns.length === 0 && hasRewardColumn) return null;
  if (columns.length === 1) return columns[0]!;
  const [first, ...others] = columns;
  throw new ConfigError(
    first === undefined
      ? `${file}: no answer has a score. Import the file with the scores together with this one, or name the reward's column by --reward-column.`
      : `${file}: answers have ${columns.length} scores. Say which gives the reward: --reward-column ${quoted(first)} (or ${others.map(quoted).join(", ")}).`,
    { file },
  );
}

function quoted(name: string): string {
  return /[\s"'(),]/.test(name) ? `'${name}'` : name;
}

/**
 * Scores in any of the forms in which tools keep them: `{name: 1}`, `{name: {score: 1}}`, `[{name, score, label, value}]`,
 * or JSON of one.
 */
export function namedScores(value: unknown): NamedScores {
  const scores = parsed(value);
  if (Array.isArray(scores))
    return Object.fromEntries(
      scores.flatMap((score: unknown) => {
        const name = readField(score, "name");
        return typeof name === "string" ? [[name, readScore(score)]] : [];
      }),
    );
  return Object.fromEntries(listKeys(scores).map((name) => [name, readScore(readField(scores, name))]));
}

function readScore(score: unknown): unknown {
  if (typeof score !== "object" || score === null) return score;
  const fields = ["score", "value", "stringValue", "string_value", "label"];
  return fields
    .map((field) => readField(score, field))
    .find((found) => found !== undefined && found !== null);
}

/** What a text of JSON stands for, as cells of CSV hold objects; other values as they are. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Gathers which fields the inputs of a log have, where they are objects and no chats. */
export class InputFields {
  private readonly fields = new Set<string>();

  constructor(private readonly column: string) {}

  add(value: unknown): void {
    const input = parsed(value);
    if (!listKeys(input).includes("messages")) for (const name of listKeys(input)) this.fields.add(name);
  }

  /** Columns that make the question: the input itself, or its fields, the usual question's first. */
  columns(): string[] {
    const names = [...this.fields].sort();
    if (names.length === 0) return [this.column];
    const question = usualQuestion(names);
    const ordered = question === undefined ? names : [question, ...names.filter((name) => name !== question)];
    return ordered.map((name) => `${this.column}.${name}`);
  }

  /** A row's cells for these columns where its input is JSON in a cell. */
  cells(value: unknown): Record<string, unknown> {
    const input = parsed(value);
    return {
      [this.column]: input,
      ...Object.fromEntries(
        [...this.fields].map((name) => [`${this.column}.${name}`, readField(input, name)]),
      ),
    };
  }
}

/** The first of some columns that is there and filled. */
export function firstFilled(row: TableRow, names: readonly string[]): unknown {
  for (const name of names) {
    const value = row.value(name);
    if (value !== undefined && value !== null && value !== "") return value;
  }
  return undefined;
}

/** Whether a table has a column that is called like a reward. */
export function isRewardLike({ columns }: Table): boolean {
  return columns.some((name) => REWARD_NAMES.has(simplified(name)));
}

/** Which of two spellings of a simplified name a table has. */
export function hasColumnsLike(table: Table, names: readonly string[]): boolean {
  const present = new Set(table.columns.map(simplified));
  return names.every((name) => present.has(name));
}
