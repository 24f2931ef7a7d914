import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { UsageError } from "../../errors.ts";
import { describeIoError } from "../describe-io-error.ts";
import type { ReadOptions } from "../read-chunks.ts";
import { openCsvTable } from "./csv-table.ts";
import { openJsonLinesTable } from "./json-lines-table.ts";
import { openParquetTable } from "./parquet-table.ts";

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

const FORMATS: ReadonlyMap<string, TableFormat> = new Map([
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".tab", "tsv"],
  [".jsonl", "jsonl"],
  [".ndjson", "jsonl"],
  [".parquet", "parquet"],
  [".pq", "parquet"],
]);

/**
 * Opens a table of any of the formats.
 * @throws UsageError where the extension says nothing and no format is given
 * @throws DataError where the file is missing, empty or malformed
 */
export async function openTable(file: string, options: TableOptions = {}): Promise<Table> {
  const format = options.format ?? FORMATS.get(extname(file).toLowerCase());
  switch (format) {
    case "csv":
    case "tsv":
      return openCsvTable(file, format, options);
    case "jsonl":
      return openJsonLinesTable(file, options);
    case "parquet":
      return openParquetTable(file, options);
    default:
      await stat(file).catch((error: unknown) => {
        throw describeIoError(error, file, "read");
      });
      throw new UsageError(
        extname(file).toLowerCase() === ".json"
          ? `${file} is one JSON document; a table has a JSON object a line. promptfoo writes that with: promptfoo eval -o results.jsonl. If it is one already, say so by --format jsonl.`
          : `The extension of ${file} does not say what it is. Name its format: csv, tsv, jsonl or parquet.`,
        { file },
      );
  }
}
