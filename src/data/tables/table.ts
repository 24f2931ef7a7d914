import type { ReadOptions } from "../read-chunks.ts";

/** Formats of tables that are read. */
export type TableFormat = "csv" | "tsv" | "jsonl" | "parquet";

/** One row of a table. */
export interface TableRow {
  /** 1-based line of the file where the row begins; in Parquet, the row's number. */
  readonly line: number;
  /** The cell as text; empty where there is none. In JSON lines a dotted path leads into objects. */
  cell(column: string): string;
}

/** A table read as a stream. */
export interface Table {
  readonly file: string;
  readonly format: TableFormat;
  /** In file order. Of JSON lines, the keys of the first hundred. */
  readonly columns: readonly string[];
  /** The first rows again, for guessing what the columns mean. */
  readonly firstRows: readonly TableRow[];
  /** All rows; can be walked once. */
  readonly rows: AsyncIterable<TableRow>;
  /** Releases the file; harmless after the last row. */
  close(): Promise<void>;
}

/** How a table is opened. */
export interface TableOptions extends ReadOptions {
  /** @default from the file's extension */
  readonly format?: TableFormat;
  /** One character between cells of CSV. @default comma, or semicolon or tab where the header has only these */
  readonly delimiter?: string;
}
