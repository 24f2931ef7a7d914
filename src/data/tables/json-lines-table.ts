import { DataError } from "../../errors.ts";
import { readJsonLines } from "../json-lines.ts";
import type { ReadOptions } from "../read-chunks.ts";
import { cellText } from "./cell-text.ts";
import { peekRows } from "./peek-rows.ts";
import type { Table, TableRow } from "./table.ts";

/**
 * Opens JSON Lines as a table: each line an object, its keys the columns. A cell inside an object is reached by a dotted
 * path (`vars.question`), where no key has that very name.
 */
export async function openJsonLinesTable(file: string, options: ReadOptions): Promise<Table> {
  const peeked = await peekRows(readObjects(file, options));
  if (peeked.firstRows.length === 0)
    throw new DataError("The file is empty; expected one JSON object a line.", { file });
  const columns = new Set(peeked.firstRows.flatMap((row) => Object.keys(row.object)));
  return { file, format: "jsonl", columns: [...columns], ...peeked };
}

async function* readObjects(file: string, options: ReadOptions): AsyncGenerator<JsonRow, void, void> {
  for await (const { line, value } of readJsonLines(file, options)) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new DataError("The line is not a JSON object.", { file, line });
    yield new JsonRow(line, value as Record<string, unknown>);
  }
}

class JsonRow implements TableRow {
  readonly line: number;
  readonly object: Record<string, unknown>;

  constructor(line: number, object: Record<string, unknown>) {
    this.line = line;
    this.object = object;
  }

  cell(column: string): string {
    if (Object.hasOwn(this.object, column)) return cellText(this.object[column]);
    let value: unknown = this.object;
    for (const key of column.split(".")) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return "";
      value = (value as Record<string, unknown>)[key];
    }
    return cellText(value);
  }
}
