import { type FileHandle, open } from "node:fs/promises";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { AbortedError, DataError, PromptOirlError } from "../../errors.ts";
import { describeIoError, systemErrorCode } from "../describe-io-error.ts";
import type { ReadOptions } from "../read-chunks.ts";
import { cellText } from "./cell-text.ts";
import { peekRows } from "./peek-rows.ts";
import type { Table, TableRow } from "./table.ts";

/** Rows decoded at a time. Row groups are often a million rows, more than memory should hold. */
const WINDOW_ROWS = 50_000;

/** Opens a Parquet file; row groups are read by byte range, a window of rows at a time. */
export async function openParquetTable(file: string, options: ReadOptions): Promise<Table> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    throw describeIoError(error, file, "read");
  }
  try {
    const buffer = await asyncBuffer(handle);
    if (buffer.byteLength < 12)
      throw new DataError(`A Parquet file has at least 12 bytes, found ${buffer.byteLength}.`, { file });
    const metadata = await parquetMetadataAsync(buffer);
    checkMetadata(metadata, buffer.byteLength, file);
    const columns = parquetSchema(metadata).children.map((child) => child.element.name);
    if (new Set(columns).size < columns.length)
      throw new DataError(`A column name stands twice among ${columns.join(", ")}; rename one.`, { file });
    const peeked = await peekRows(readRows(file, handle, buffer, metadata, columns, options));
    return { file, format: "parquet", columns, ...peeked };
  } catch (error) {
    await handle.close();
    throw describeParquetError(error, file);
  }
}

async function* readRows(
  file: string,
  handle: FileHandle,
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  options: ReadOptions,
): AsyncGenerator<TableRow, void, void> {
  const positions = new Map(columns.map((name, position) => [name, position]));
  const total = Number(metadata.num_rows);
  try {
    let groupStart = 0;
    for (const group of metadata.row_groups) {
      const groupEnd = groupStart + Number(group.num_rows);
      for (let rowStart = groupStart; rowStart < groupEnd; rowStart += WINDOW_ROWS) {
        if (options.signal?.aborted) throw new AbortedError();
        const rowEnd = Math.min(groupEnd, rowStart + WINDOW_ROWS);
        let window: unknown[][] = [];
        await parquetRead({
          file: buffer,
          metadata,
          compressors,
          rowStart,
          rowEnd,
          useOffsetIndex: true,
          onComplete: (rows) => {
            window = rows;
          },
        });
        if (window.length !== rowEnd - rowStart)
          throw new DataError(
            `Rows ${rowStart} to ${rowEnd} are declared, but ${window.length} were found.`,
            { file },
          );
        options.onProgress?.(options.stage ?? "read", rowEnd, total);
        for (const [offset, cells] of window.entries())
          yield new ParquetRow(rowStart + offset + 1, cells, positions);
      }
      groupStart = groupEnd;
    }
  } catch (error) {
    throw describeParquetError(error, file);
  } finally {
    await handle.close();
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

async function asyncBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start: number, end: number = size): Promise<ArrayBuffer> {
      if (start < 0 || end > size || end < start)
        throw new RangeError(`bytes ${start} to ${end} were asked for, but the file has ${size}`);
      const bytes = new Uint8Array(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) throw new RangeError(`the file ends at byte ${start + filled}, expected ${end}`);
        filled += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

/** Declared sizes are checked against the file before anything of that size is allocated. */
function checkMetadata(metadata: FileMetaData, fileBytes: number, file: string): void {
  for (const [index, group] of metadata.row_groups.entries()) {
    if (group.num_rows < 0n || group.num_rows > 2n ** 40n)
      throw new DataError(`Row group ${index} is said to have ${group.num_rows} rows.`, { file });
    for (const { meta_data: column } of group.columns)
      if (column !== undefined && column.total_compressed_size > BigInt(fileBytes))
        throw new DataError(
          `A column of row group ${index} is said to take ${column.total_compressed_size} bytes, but the file has ${fileBytes}.`,
          { file },
        );
  }
}

function describeParquetError(error: unknown, file: string): Error {
  if (error instanceof PromptOirlError) return error;
  if (systemErrorCode(error) !== undefined) return describeIoError(error, file, "read");
  const message = error instanceof Error ? error.message : String(error);
  return new DataError(
    `The Parquet file is truncated or damaged: ${message}. Write it again.`,
    { file },
    error,
  );
}
