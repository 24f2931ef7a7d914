import { DataError } from "../../../errors.ts";
import type { ReadOptions } from "../read-chunks.ts";
import { decodeLine, readByteLines, readLineBatches } from "../text-lines.ts";
import { readJsonDocument } from "./json-document.ts";
import { JsonRow, valueAt } from "./json-row.ts";
import { parseJsonValues } from "./json-text.ts";
import { peekRows } from "./peek-rows.ts";
import type { Table } from "./table.ts";

/** Where tools keep their rows in a JSON document; the empty path is an array at the top. */
const ROW_PATHS: ReadonlySet<string> = new Set([
  "",
  "results.results",
  "results",
  "samples",
  "request_states",
  "resourceSpans",
  "resourceLogs",
  "testCases",
  "test_cases",
  "rows",
  "records",
  "data",
  "items",
  "examples",
  "observations",
  "traces",
  "scores",
]);

/** Rows that stand in two arrays of one document and are told apart by their keys. */
const JOINED: ReadonlySet<string> = new Set(["resourceSpans", "resourceLogs"]);

/**
 * Opens JSON as a table, each object a row, its keys the columns: JSON Lines, an array of objects, or a document with one
 * under a usual key (`results.results`, `samples`, `data` …). A cell inside an object is reached by a dotted path
 * (`vars.question`), where no key has that very name.
 */
export async function openJsonTable(file: string, options: ReadOptions): Promise<Table> {
  const context: Record<string, unknown> = {};
  const isLines = await beginsWithWholeObject(file);
  const objects = isLines ? readLines(file, options) : readDocumentRows(file, options, context);
  const peeked = await peekRows(objects);
  if (peeked.firstRows.length === 0)
    throw new DataError(
      isLines
        ? "The file is empty; expected one JSON object a line."
        : `The document has no rows; expected an array of objects at the top, or under ${[...ROW_PATHS].filter(Boolean).join(", ")}.`,
      { file },
    );
  const columns = new Set(peeked.firstRows.flatMap((row) => Object.keys(row.object)));
  return { file, format: "json", columns: [...columns], context, ...peeked };
}

/** Whether the first line that is not blank holds a whole object, and it is not the document around the rows. */
async function beginsWithWholeObject(file: string): Promise<boolean> {
  let first: string | undefined;
  let hasMore = false;
  try {
    for await (const { bytes, line } of readByteLines(file)) {
      const text = decodeLine(bytes, file, line).trim();
      if (text === "") continue;
      hasMore = first !== undefined;
      if (hasMore) break;
      first = text;
    }
  } catch (error) {
    // One line longer than lines may be can only be a document.
    if (first === undefined && error instanceof DataError && /longer than/.test(error.message)) return false;
    throw error;
  }
  if (first === undefined) return true;
  // Not whole, or an array: but a broken first line of many is to be told as such.
  if (first.startsWith("[")) return false;
  let values: unknown[];
  try {
    values = parseJsonValues(first, file, 1);
  } catch {
    return hasMore && first.endsWith("}");
  }
  const [value] = values;
  if (typeof value !== "object" || value === null) return true;
  return hasMore || values.length > 1 || !holdsRows(value);
}

function holdsRows(value: object): boolean {
  return [...ROW_PATHS].some((path) => path !== "" && Array.isArray(valueAt(value, path)));
}

async function* readLines(file: string, options: ReadOptions): AsyncGenerator<JsonRow[], void, void> {
  for await (const lines of readLineBatches(file, options)) {
    const rows: JsonRow[] = [];
    for (const { bytes, line } of lines) {
      const text = decodeLine(bytes, file, line);
      if (text.trim() === "") continue;
      for (const value of parseJsonValues(text, file, line)) rows.push(toRow(value, file, line));
    }
    yield rows;
  }
}

async function* readDocumentRows(
  file: string,
  options: ReadOptions,
  context: Record<string, unknown>,
): AsyncGenerator<JsonRow[], void, void> {
  let rowsAt: string | undefined;
  for await (const parts of readJsonDocument(file, ROW_PATHS, options)) {
    const rows: JsonRow[] = [];
    for (const { path, isRow, value, line } of parts) {
      if (!isRow) {
        context[path] = value;
        continue;
      }
      rowsAt ??= path;
      if (path !== rowsAt && !(JOINED.has(path) && JOINED.has(rowsAt)))
        throw new DataError(
          `There are rows under "${rowsAt}" and under "${path}". Keep one, for example by: jq '.${rowsAt}' ${file}`,
          { file, line },
        );
      rows.push(toRow(value, file, line));
    }
    yield rows;
  }
}

function toRow(value: unknown, file: string, line: number): JsonRow {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new DataError("The line is not a JSON object.", { file, line });
  return new JsonRow(line, value as Record<string, unknown>);
}
