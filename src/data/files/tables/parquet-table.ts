import { type FileHandle, open } from "node:fs/promises";
import { DataError, PromptOirlError } from "../../../errors.ts";
import type { ReadOptions } from "../read-chunks.ts";
import { systemErrorCode, toIoError } from "../to-io-error.ts";
import { cellText } from "./cell-text.ts";
import { ParquetDecoder, type ParquetLayout } from "./parquet-decoder.ts";
import { peekRows } from "./peek-rows.ts";
import type { Table, TableRow } from "./table.ts";

/** Rows decoded at a time. Row groups are often a million rows, more than memory should hold. */
const WINDOW_ROWS = 50_000;

/** What is open: the file, and the thread that decodes it. */
interface OpenFile {
  readonly file: string;
  readonly decoder: ParquetDecoder;
  close(): Promise<void>;
}

/** Opens a Parquet file; row groups are read by byte range, a window of rows at a time. */
export async function openParquetTable(file: string, options: ReadOptions): Promise<Table> {
  const open = await openFile(file, options);
  try {
    const layout = await open.decoder.layout();
    checkLayout(layout, open.byteLength, file);
    const peeked = await peekRows(readRows(open, layout, options));
    return { file, format: "parquet", columns: layout.columns, ...peeked };
  } catch (error) {
    await open.close();
    throw describeParquetError(error, file);
  }
}

async function openFile(
  file: string,
  { signal }: ReadOptions,
): Promise<OpenFile & { readonly byteLength: number }> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    throw toIoError(error, file, "read");
  }
  try {
    const { size: byteLength } = await handle.stat();
    if (byteLength < 12)
      throw new DataError(`A Parquet file has at least 12 bytes, found ${byteLength}.`, { file });
    const decoder = await ParquetDecoder.open(handle, byteLength, signal);
    const close = async (): Promise<void> => {
      await decoder.close();
      await handle.close();
    };
    return { file, byteLength, decoder, close };
  } catch (error) {
    await handle.close();
    throw describeParquetError(error, file);
  }
}

async function* readRows(
  { file, decoder, close }: OpenFile,
  { columns, groups }: ParquetLayout,
  options: ReadOptions,
): AsyncGenerator<TableRow[], void, void> {
  const positions = new Map(columns.map((name, position) => [name, position]));
  const total = groups.reduce((sum, { rows }) => sum + Number(rows), 0);
  try {
    let groupStart = 0;
    for (const { rows, columnBytes } of groups) {
      const groupEnd = groupStart + Number(rows);
      const bytes = columnBytes.reduce((sum, size) => sum + Number(size), 0);
      for (let rowStart = groupStart; rowStart < groupEnd; rowStart += WINDOW_ROWS) {
        const rowEnd = Math.min(groupEnd, rowStart + WINDOW_ROWS);
        const window = await decoder.rows(rowStart, rowEnd, bytes);
        if (window.length !== rowEnd - rowStart)
          throw new DataError(
            `Rows ${rowStart} to ${rowEnd} are declared, but ${window.length} were found.`,
            { file },
          );
        options.onProgress?.(options.stage ?? "read", rowEnd, total);
        yield window.map((cells, offset) => new ParquetRow(rowStart + offset + 1, cells, positions));
      }
      groupStart = groupEnd;
    }
  } catch (error) {
    throw describeParquetError(error, file);
  } finally {
    await close();
  }
}

class ParquetRow implements TableRow {
  readonly line: number;
  private readonly cells: readonly unknown[];
  private readonly positions: ReadonlyMap<string, number>;

  constructor(line: number, cells: readonly unknown[], positions: ReadonlyMap<string, number>) {
    this.line = line;
    this.cells = cells;
    this.positions = positions;
  }

  cell(column: string): string {
    const position = this.positions.get(column);
    return position === undefined ? "" : cellText(this.cells[position]);
  }

  value(column: string): unknown {
    const position = this.positions.get(column);
    return position === undefined ? undefined : this.cells[position];
  }
}

/** Declared sizes are checked against the file before anything of that size is allocated. */
function checkLayout({ columns, groups }: ParquetLayout, fileBytes: number, file: string): void {
  if (new Set(columns).size < columns.length)
    throw new DataError(`A column name stands twice among ${columns.join(", ")}; rename one.`, { file });
  for (const [index, { rows, columnBytes }] of groups.entries()) {
    if (rows < 0n || rows > 2n ** 40n)
      throw new DataError(`Row group ${index} is said to have ${rows} rows.`, { file });
    for (const bytes of columnBytes)
      if (bytes < 0n || bytes > BigInt(fileBytes))
        throw new DataError(
          `A column of row group ${index} is said to take ${bytes} bytes, but the file has ${fileBytes}.`,
          { file },
        );
  }
}

function describeParquetError(error: unknown, file: string): Error {
  if (error instanceof PromptOirlError) return error;
  if (systemErrorCode(error) !== undefined) return toIoError(error, file, "read");
  const message = error instanceof Error ? error.message : String(error);
  return new DataError(
    `The Parquet file is truncated or damaged: ${message}. Write it again.`,
    { file },
    error,
  );
}
