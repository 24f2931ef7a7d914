import type { ReadOptions } from "../read-chunks.ts";

/** Formats of tables that are read; `jsonl` and `json` are one, told apart by what the file holds; `eval` is inspect_ai's archive. */
export const TABLE_FORMATS = ["csv", "tsv", "jsonl", "json", "parquet", "eval"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** One row of a table. */
export interface TableRow {
  /** 1-based line of the file where the row begins; in Parquet, the row's number. */
  readonly line: number;
  /** The cell as text; empty where there is none. In JSON a dotted path leads into objects. */
  cell(column: string): string;
  /** The cell as it is in a typed table (JSON, Parquet), where undefined is no cell; in CSV the text. */
  value(column: string): unknown;
}

/** A table read as a stream. */
export interface Table {
  readonly file: string;
  readonly format: TableFormat;
  /** In file order. Of JSON, the keys of the first hundred rows. */
  readonly columns: readonly string[];
  /** What stands beside the rows of a JSON document, by its dotted path, as far as it stands before them. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The first rows again, for guessing what the columns mean. */
  readonly firstRows: readonly TableRow[];
  /** All rows, some hundreds at a time, as they are read; can be walked once. */
  readonly batches: AsyncIterable<readonly TableRow[]>;
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
