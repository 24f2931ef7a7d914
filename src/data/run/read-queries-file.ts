import { extname } from "node:path";
import { DataError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { openTable } from "../files/tables/open-table.ts";
import { readFeatures } from "../files/tables/read-features.ts";
import type { Table, TableRow } from "../files/tables/table.ts";
import { decodeLine, readByteLines } from "../files/text-lines.ts";
import { parseRecord, querySchema } from "./record-schemas.ts";

const TEXT_COLUMNS = ["text", "question", "query", "input", "problem"];
const ID_COLUMNS = ["id", "queryid", "query_id", "question_id"];
const ANSWER_COLUMNS = ["answer", "golden_answer", "target", "expected", "reference"];

/** Which columns of a table of questions hold what, where their names do not say it. */
export interface QueryColumns {
  /** The question's text. */
  readonly query?: string;
  readonly queryId?: string;
  readonly goldenAnswer?: string;
  readonly group?: string;
  readonly split?: string;
  /** Columns whose texts or numbers are carried as the question's `features`. */
  readonly features?: readonly string[];
}

/**
 * Reads questions: plain text (.txt) with one a line, or a table (CSV, TSV, JSON Lines, Parquet) with a column
 * `text` or `question` and, where there are, `id`, `answer`, `group` and `split` (`train` or `test`; other parts do not count). Without ids
 * they are `q-0001` …
 * @param columns names of a table's columns, where they are others
 * @throws DataError with file and line
 */
export async function readQueriesFile(path: string, columns: QueryColumns = {}): Promise<Query[]> {
  const queries: Query[] = [];
  const ids = new Set<string>();
  const add = (query: Partial<Query>, line: number): void => {
    const id = query.id ?? `q-${String(queries.length + 1).padStart(4, "0")}`;
    if (ids.has(id)) throw new DataError(`The question id "${id}" stands twice.`, { file: path, line });
    ids.add(id);
    queries.push(parseRecord(querySchema, { ...query, id }, "question", { file: path, line }));
  };
  if (extname(path).toLowerCase() === ".txt") {
    for await (const { line, bytes } of readByteLines(path)) {
      const text = decodeLine(bytes, path, line);
      if (text.trim() !== "") add({ text }, line);
    }
  } else {
    const table = await openTable(path);
    try {
      const find = (named: string | undefined, usual: readonly string[]): string | undefined =>
        named === undefined ? findColumn(table, usual) : namedColumn(table, named, path);
      const text = find(columns.query, TEXT_COLUMNS);
      if (text === undefined)
        throw new DataError(
          `No column is called text or question; the columns are ${table.columns.join(", ")}. Rename one, or name it by --query-column.`,
          { file: path },
        );
      const optional = {
        id: find(columns.queryId, ID_COLUMNS),
        answer: find(columns.goldenAnswer, ANSWER_COLUMNS),
        group: find(columns.group, ["group"]),
      };
      const split = find(columns.split, ["split"]);
      for (const name of columns.features ?? []) namedColumn(table, name, path);
      const addRow = (row: TableRow): void => {
        const query: { -readonly [key in keyof Query]?: Query[key] } = { text: row.cell(text) };
        for (const [key, column] of Object.entries(optional)) {
          const cell = column === undefined ? "" : row.cell(column);
          if (cell !== "") query[key as keyof typeof optional] = cell;
        }
        const part = split === undefined ? "" : row.cell(split);
        if (part === "train" || part === "test") query.split = part;
        const features = readFeatures(row, columns.features ?? []);
        if (features !== undefined) query.features = features;
        add(query, row.line);
      };
      for await (const rows of table.batches) for (const row of rows) addRow(row);
    } finally {
      await table.close();
    }
  }
  if (queries.length === 0) throw new DataError("The file holds no questions.", { file: path });
  return queries;
}

function namedColumn(table: Table, name: string, file: string): string {
  if (table.columns.includes(name)) return name;
  throw new DataError(`There is no column "${name}"; the columns are ${table.columns.join(", ")}.`, { file });
}

function findColumn(table: Table, names: readonly string[]): string | undefined {
  return names
    .map((name) => table.columns.find((column) => column.toLowerCase() === name))
    .find((found) => found !== undefined);
}
