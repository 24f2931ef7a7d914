import { cellText } from "../../files/tables/cell-text.ts";
import type { Table, TableRow } from "../../files/tables/table.ts";
import type { KnownLayout } from "../table-mapping.ts";

/** What is known of a tool's files once all of them were looked through. */
export interface Recognized {
  readonly layout: KnownLayout;
  /** Turns a row as the tool writes it into a row for each answer; absent where it is that already. */
  shape?(row: TableRow, table: Table): readonly TableRow[];
  /** Columns that the shaped rows have besides the tool's own. */
  readonly addedColumns?: readonly string[];
  /** Those files that hold answers, where others were only joined to them. @default all */
  readonly files?: readonly string[];
  /** What was settled without being told. */
  readonly notes?: readonly string[];
}

/** Opens a file of the log once more, from its beginning. */
export type OpenTable = (file: string) => Promise<Table>;

/** A known tool's layout. */
export interface LayoutReader {
  /** Whether a table has it, by its columns and first rows. */
  matches(table: Table): boolean;
  /**
   * Looks at all files that have it.
   * @throws ConfigError where something must be told that the files do not say
   */
  recognize(files: readonly string[], open: OpenTable, told: ToldOfLayout): Promise<Recognized>;
}

/** What a user said that a layout would otherwise settle. */
export interface ToldOfLayout {
  /** Whether the reward's column is named. */
  readonly reward: boolean;
  /** Whether prompts are named, by a column, the files' names or a setting. */
  readonly prompt: boolean;
  /** Whether rows are chosen by a condition on this column. */
  isFiltered(column: string): boolean;
}

/** A row with further cells before its own. */
export class ShapedRow implements TableRow {
  constructor(
    private readonly row: TableRow,
    private readonly cells: Readonly<Record<string, unknown>>,
  ) {}

  get line(): number {
    return this.row.line;
  }

  cell(column: string): string {
    return Object.hasOwn(this.cells, column) ? cellText(this.cells[column]) : this.row.cell(column);
  }

  value(column: string): unknown {
    return Object.hasOwn(this.cells, column) ? this.cells[column] : this.row.value(column);
  }
}

/** A table whose rows, the first ones too, are shaped. */
export function shapeTable(
  table: Table,
  { shape, addedColumns = [] }: Pick<Recognized, "shape" | "addedColumns">,
): Table {
  if (shape === undefined) return table;
  const shaped = (rows: readonly TableRow[]): TableRow[] => rows.flatMap((row) => shape(row, table));
  async function* shapedBatches(): AsyncGenerator<TableRow[], void, void> {
    for await (const rows of table.batches) yield shaped(rows);
  }
  return {
    ...table,
    columns: [...new Set([...table.columns, ...addedColumns])],
    firstRows: shaped(table.firstRows),
    batches: shapedBatches(),
  };
}

/** The keys of a cell that is an object; none of any other. */
export function listKeys(value: unknown): string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** A field inside a value; undefined where there is none. */
export function readField(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
