import { isUtf8 } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { AbortedError, DataError } from "../../errors.ts";
import type { WorkOptions } from "../../types/index.ts";
import { toIoError } from "./to-io-error.ts";

const CHUNK_BYTES = 2 ** 18;
const NEWLINE = 0x0a;

/** Beginnings of files that are not text, and what to do with each. */
const FOREIGN_STARTS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xff, 0xfe], "UTF-16 text; save it as UTF-8"],
  [[0xfe, 0xff], "UTF-16 text; save it as UTF-8"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive or a spreadsheet; save it as CSV"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file; name it .parquet or say so"],
  [[0x93, 0x4e, 0x55, 0x4d], "an NPY file, not text"],
];

/** Beginnings of archives that are unpacked. */
const PACKED_STARTS = [
  { name: "gzip", start: [0x1f, 0x8b] },
  { name: "zstd", start: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;

/** What a reading stage is called in progress messages, besides canceling and listening. */
export interface ReadOptions extends WorkOptions {
  /** @default "read" */
  readonly stage?: string;
}

/**
 * A text file's bytes, piece by piece, unpacked from gzip or zstd and without a byte order mark. Files that begin like
 * another archive, UTF-16 text or another binary format are refused by name.
 * @throws DataError where the file is missing or not text, AbortedError when the signal fires
 */
export async function* readChunks(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Buffer, void, void> {
  let first = true;
  for await (const chunk of unpacked(readRawChunks(path, options), path)) {
    yield first ? withoutByteOrderMark(chunk, path) : chunk;
    first = false;
  }
}

async function* unpacked(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const rest = rejoined(first.value, iterator);
  const kind = PACKED_STARTS.find(({ start }) => start.every((byte, index) => first.value[index] === byte));
  if (kind === undefined) yield* rest;
  // Loaded when needed: few files are packed.
  else yield* (await import("./decompress.ts")).decompressed(kind.name, rest, file);
}

async function* rejoined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The bytes as they are in the file. */
async function* readRawChunks(path: string, options: ReadOptions): AsyncGenerator<Buffer, void, void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const { size } = await handle.stat();
    let done = 0;
    while (true) {
      if (options.signal?.aborted) throw new AbortedError();
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      done += bytesRead;
      options.onProgress?.(options.stage ?? "read", done, Math.max(size, done));
      yield chunk;
    }
  } catch (error) {
    throw toIoError(error, path, "read");
  } finally {
    await handle?.close();
  }
}

/**
 * The same, checked to be UTF-8 without NUL bytes. A character may be cut by the end of a piece.
 * @throws DataError with the line of the first bad byte
 */
export async function* readTextChunks(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Buffer, void, void> {
  let line = 1;
  let cutCharacter: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, options)) {
    const nul = chunk.indexOf(0);
    if (nul >= 0)
      throw new DataError(
        "There is a NUL byte; the file is damaged or not text. Restore it, or delete the line.",
        { file: path, line: line + countNewlines(chunk.subarray(0, nul)) },
      );
    const pending = cutCharacter.length === 0 ? chunk : Buffer.concat([cutCharacter, chunk]);
    const complete = pending.length - incompleteTail(pending);
    if (!isUtf8(pending.subarray(0, complete)))
      throw notUtf8(
        path,
        line + countNewlines(pending.subarray(0, firstInvalid(pending.subarray(0, complete)))),
      );
    cutCharacter = Buffer.from(pending.subarray(complete));
    line += countNewlines(chunk);
    yield chunk;
  }
  if (cutCharacter.length > 0) throw notUtf8(path, line);
}

/** The error for bytes that are not UTF-8. */
export function notUtf8(file: string, line?: number): DataError {
  return new DataError(
    "There are bytes that are not UTF-8. Save the file as UTF-8 (it may be Latin-1 or Windows-1252).",
    toPlace(file, line),
  );
}

/** Where an error stands: a file, and a line where one is known. */
export function toPlace(file: string, line?: number): { file: string; line?: number } {
  return line === undefined ? { file } : { file, line };
}

function withoutByteOrderMark(chunk: Buffer, path: string): Buffer {
  for (const [start, what] of FOREIGN_STARTS)
    if (start.every((byte, index) => chunk[index] === byte))
      throw new DataError(`A text file is expected, but this is ${what}.`, { file: path });
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Bytes at the end that begin a multi-byte character without finishing it: 0 to 3. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

/** Position before which everything is UTF-8, to the line: by halving, since the check itself gives no position. */
function firstInvalid(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, prefix.length - incompleteTail(prefix)))) low = middle;
    else high = middle;
  }
  return low;
}
