import { open, rename } from "node:fs/promises";
import { DataError } from "../../../errors.ts";
import { openTable } from "./open-table.ts";
import type { TableFormat } from "./table.ts";

const STARTS: readonly (readonly [start: string, extension: string])[] = [
  ["PAR1", "parquet"],
  ["PK\u0003\u0004", "eval"],
];

/**
 * Gives a file without an extension that of what it holds: JSON, Parquet, an archive of inspect_ai, or, failing that, CSV
 * (with tabs too, since these are found in its header).
 * @returns the new path
 * @throws DataError where it is empty
 */
export async function nameByContent(file: string): Promise<string> {
  const handle = await open(file, "r");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
  await handle.close();
  const start = buffer.toString("latin1", 0, bytesRead);
  if (start.trim() === "") throw new DataError("Nothing came by standard input; expected a log.");
  const extension =
    STARTS.find(([magic]) => start.startsWith(magic))?.[1] ??
    (/^(?:\u00ef\u00bb\u00bf)?\s*[[{]/.test(start) ? "json" : "csv");
  const named = `${file}.${extension}`;
  await rename(file, named);
  return named;
}

/** Whether a file holds our own records, which name questions and prompts by `queryId` and `promptId`, or bring them along. */
export async function isOwnRecords(file: string, format?: TableFormat): Promise<boolean> {
  if (!/\.(?:jsonl|ndjson)(?:\.(?:gz|zstd?))?$/i.test(file)) return false;
  const { columns, firstRows, close } = await openTable(file, format === undefined ? {} : { format });
  await close();
  const isObject = (column: string): boolean =>
    typeof firstRows[0]?.value(column) === "object" && firstRows[0].value(column) !== null;
  return (
    columns.includes("reward") &&
    (columns.includes("queryId") || isObject("query")) &&
    (columns.includes("promptId") || isObject("prompt"))
  );
}
