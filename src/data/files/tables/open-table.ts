import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { UsageError } from "../../../errors.ts";
import { toIoError } from "../to-io-error.ts";
import { openCsvTable } from "./csv-table.ts";
import { openJsonTable } from "./json-table.ts";
import { openParquetTable } from "./parquet-table.ts";
import { TABLE_FORMATS, type Table, type TableFormat, type TableOptions } from "./table.ts";

const FORMATS: ReadonlyMap<string, TableFormat> = new Map([
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".tab", "tsv"],
  [".jsonl", "jsonl"],
  [".ndjson", "jsonl"],
  [".json", "json"],
  [".parquet", "parquet"],
  [".pq", "parquet"],
  [".eval", "eval"],
]);
/** Endings of packed files; what is inside has the ending before it. */
const PACKED: ReadonlySet<string> = new Set([".gz", ".zst", ".zstd"]);

/** The format a file's name says it has; undefined where it says nothing. */
export function formatOfName(file: string): TableFormat | undefined {
  const extension = extname(file).toLowerCase();
  return PACKED.has(extension)
    ? FORMATS.get(extname(file.slice(0, -extension.length)).toLowerCase())
    : FORMATS.get(extension);
}

/**
 * Opens a table of any of the formats.
 * @throws UsageError where the extension says nothing and no format is given
 * @throws DataError where the file is missing, empty or malformed
 */
export async function openTable(file: string, options: TableOptions = {}): Promise<Table> {
  const format = options.format ?? formatOfName(file);
  switch (format) {
    case "csv":
    case "tsv":
      return openCsvTable(file, format, options);
    case "jsonl":
    case "json":
      return openJsonTable(file, options);
    case "eval":
      // Loaded when needed: few logs are archives, and every program that reads tables would carry it.
      return (await import("./eval-archive.ts")).openEvalArchive(file, options);
    case "parquet":
      return openParquetTable(file, options);
    default:
      await stat(file).catch((error: unknown) => {
        throw toIoError(error, file, "read");
      });
      throw new UsageError(
        `The extension of ${file} does not say what it is. Name its format: ${TABLE_FORMATS.join(", ")}.`,
        { file },
      );
  }
}
