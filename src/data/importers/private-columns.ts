import { contentHash } from "../../util/index.ts";
import { cellText } from "../files/tables/cell-text.ts";
import type { Table, TableRow } from "../files/tables/table.ts";
import { checkColumn } from "./named-columns.ts";

/** Columns that no run may hold as they are. */
export interface PrivateColumns {
  /** Read as if they were not there. */
  readonly dropColumns?: readonly string[];
  /** Read as 16 hexadecimal digits of the SHA-256 of each cell: equal cells stay equal. */
  readonly hashColumns?: readonly string[];
}

/**
 * A table without the columns to drop, and with hashes in place of those to hash; in JSON, dotted paths inside objects
 * too.
 * @throws ConfigError where a column is missing
 */
export function hidePrivateColumns(
  table: Table,
  { dropColumns = [], hashColumns = [] }: PrivateColumns,
): Table {
  if (dropColumns.length + hashColumns.length === 0) return table;
  for (const name of [...dropColumns, ...hashColumns]) checkColumn(table, name);
  const dropped = new Set(dropColumns);
  const hide = (row: TableRow): TableRow => new HidingRow(row, dropped, hashColumns);
  async function* hidden(): AsyncGenerator<TableRow[], void, void> {
    for await (const rows of table.batches) yield rows.map(hide);
  }
  return {
    ...table,
    columns: table.columns.filter((name) => !dropped.has(name)),
    firstRows: table.firstRows.map(hide),
    batches: hidden(),
  };
}

class HidingRow implements TableRow {
  constructor(
    private readonly row: TableRow,
    private readonly dropped: ReadonlySet<string>,
    private readonly hashed: readonly string[],
  ) {}

  get line(): number {
    return this.row.line;
  }

  cell(column: string): string {
    return cellText(this.value(column));
  }

  value(column: string): unknown {
    const isBelow = (name: string): boolean => column === name || column.startsWith(`${name}.`);
    if ([...this.dropped].some(isBelow)) return undefined;
    const value = this.row.value(column);
    if (this.hashed.some(isBelow)) return computeHash(value);
    const inside = (names: Iterable<string>): string[] =>
      [...names].filter((name) => name.startsWith(`${column}.`)).map((name) => name.slice(column.length + 1));
    const without = inside(this.dropped);
    const hashed = inside(this.hashed);
    if (without.length + hashed.length === 0) return value;
    let hidden = value;
    for (const path of without) hidden = replacedAt(hidden, path.split("."), () => undefined);
    for (const path of hashed) hidden = replacedAt(hidden, path.split("."), computeHash);
    return hidden;
  }
}

function computeHash(value: unknown): unknown {
  const text = cellText(value);
  return text.trim() === "" ? value : contentHash(text).slice(0, 16);
}

/** A copy of a value with another one where a path leads, if it leads anywhere. */
function replacedAt(value: unknown, path: readonly string[], replace: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replace(value);
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  const inner = (value as Record<string, unknown>)[key];
  return { ...value, [key]: replacedAt(inner, rest, replace) };
}
