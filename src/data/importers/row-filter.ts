import { ConfigError } from "../../errors.ts";
import type { Table, TableRow } from "../files/tables/table.ts";
import { checkColumn } from "./named-columns.ts";

/** A condition on a cell, such as `filter == "strict-match"`. */
export interface RowFilter {
  readonly column: string;
  readonly isWanted: boolean;
  readonly value: string;
}

/**
 * Reads a condition: a column, `==` or `!=`, and a value, either of them in double quotes where it has spaces.
 * @throws ConfigError where it is something else
 */
export function parseRowFilter(text: string): RowFilter {
  const [, column, sign, value] = /^\s*("(?:[^"\\]|\\.)*"|[^=!]+?)\s*([=!]=)\s*(.+?)\s*$/s.exec(text) ?? [];
  if (column === undefined || value === undefined)
    throw new ConfigError(
      `The condition ${JSON.stringify(text)} is not understood; expected a column, == or !=, and a value: --where 'filter == "strict-match"'.`,
    );
  return { column: unquoted(column, text), isWanted: sign === "==", value: unquoted(value, text) };
}

/**
 * A table with the rows that meet all conditions.
 * @throws ConfigError where a column is missing
 */
export function filterTable(table: Table, conditions: readonly string[]): Table {
  if (conditions.length === 0) return table;
  const filters = conditions.map(parseRowFilter);
  for (const { column } of filters) checkColumn(table, column);
  const isWanted = (row: TableRow): boolean =>
    filters.every(({ column, isWanted: wanted, value }) => (row.cell(column).trim() === value) === wanted);
  return {
    ...table,
    firstRows: table.firstRows.filter(isWanted),
    batches: filtered(table.batches, isWanted),
  };
}

async function* filtered(
  batches: AsyncIterable<readonly TableRow[]>,
  isWanted: (row: TableRow) => boolean,
): AsyncGenerator<TableRow[], void, void> {
  for await (const rows of batches) yield rows.filter(isWanted);
}

function unquoted(text: string, condition: string): string {
  const single = /^'(.*)'$/s.exec(text)?.[1];
  if (single !== undefined) return single;
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new ConfigError(`The condition ${JSON.stringify(condition)} has a quote that is not closed.`);
  }
}
