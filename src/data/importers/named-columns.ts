import { ConfigError } from "../../errors.ts";
import type { Table } from "../files/tables/table.ts";

/** Column names in a text with commas between them, where no column has that very name. */
export function resolveColumns(table: Table, text: string): string[] {
  if (hasColumn(table, text) || !text.includes(",")) return [text];
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Whether a column, or a dotted path into JSON, has cells. */
export function hasColumn(table: Table, name: string): boolean {
  return table.columns.includes(name) || table.firstRows.some((row) => row.cell(name) !== "");
}

/** @throws ConfigError where it is not there */
export function checkColumn(table: Table, name: string): void {
  if (!hasColumn(table, name))
    throw new ConfigError(`${table.file} has no column "${name}"; it has ${listColumns(table)}.`, {
      file: table.file,
    });
}

/** The columns in quotes, of many the first. */
export function listColumns(table: Table): string {
  const names = table.columns.slice(0, 40).map((name) => `"${name}"`);
  return table.columns.length > names.length ? `${names.join(", ")} …` : names.join(", ");
}
