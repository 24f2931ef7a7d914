import type { Table } from "../files/tables/table.ts";
import { ShapedRow, shapeTable } from "./layouts/known-table.ts";
import { systemMessage } from "./question-text.ts";

/** Name of the column that is added; one of the usual names of a prompt's wording. */
const SYSTEM_MESSAGE = "system message";

/**
 * A table with what the system said in its chats as a column of its own: where no other column tells prompts apart, these
 * do. Tables without chats, or with such a column, stay as they are.
 */
export function withSystemMessage(table: Table): Table {
  if (table.columns.includes(SYSTEM_MESSAGE)) return table;
  const chats = table.columns.find((name) =>
    table.firstRows.some((row) => systemMessage(row.value(name)) !== undefined),
  );
  if (chats === undefined) return table;
  return shapeTable(table, {
    addedColumns: [SYSTEM_MESSAGE],
    shape: (row) => [new ShapedRow(row, { [SYSTEM_MESSAGE]: systemMessage(row.value(chats)) })],
  });
}
