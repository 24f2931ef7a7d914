import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { UsageError } from "../../errors.ts";
import { describeIoError } from "../describe-io-error.ts";
import { openCsvTable } from "./csv-table.ts";
import { openJsonLinesTable } from "./json-lines-table.ts";
import { openParquetTable } from "./parquet-table.ts";
import type { Table, TableFormat, TableOptions } from "./table.ts";

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
