import { isUtf8 } from "node:buffer";
import { DataError } from "../../errors.ts";
import { notUtf8, type ReadOptions, readChunks, toPlace } from "./read-chunks.ts";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Longest line that is read, unless told otherwise: 16 MiB. */
const DEFAULT_MAX_LINE_BYTES: number = 16 * 2 ** 20;

/** How lines are read. */
export interface LineOptions extends ReadOptions {
  /** A longer line is refused without being held in memory. @default 16 MiB */
  readonly maxLineBytes?: number;
}

/** One line of a file, without its line end. Valid until the next one is asked for. */
export interface ByteLine {
  /** 1-based. */
  readonly line: number;
  readonly bytes: Buffer;
  /** False for a last line without newline. */
  readonly isTerminated: boolean;
}

/**
 * A file's lines as bytes. LF and CRLF both end a line; a byte order mark is dropped.
 * @throws DataError where the file is missing, not text, or a line is too long
 */
export async function* readByteLines(
  path: string,
  options: LineOptions = {},
): AsyncGenerator<ByteLine, void, void> {
  for await (const lines of readLineBatches(path, options)) yield* lines;
}

/** The same lines, as many at a time as end in one piece of the file: faster where there are many. */
export async function* readLineBatches(
  path: string,
  options: LineOptions = {},
): AsyncGenerator<ByteLine[], void, void> {
  const maxLineBytes = options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
  let line = 1;
  let parts: Buffer[] = [];
  let partBytes = 0;
  const checkLength = (bytes: number): void => {
    if (bytes > maxLineBytes)
      throw new DataError(
        `The line is longer than ${maxLineBytes} bytes; expected one record a line. Is the file one large JSON value?`,
        { file: path, line },
      );
  };
  for await (const chunk of readChunks(path, options)) {
    let start = 0;
    const lines: ByteLine[] = [];
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      checkLength(partBytes + end - start);
      const piece = chunk.subarray(start, end);
      const whole = parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      lines.push({ line, bytes: withoutCarriageReturn(whole), isTerminated: true });
      parts = [];
      partBytes = 0;
      line++;
      start = end + 1;
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      partBytes += chunk.length - start;
      checkLength(partBytes);
    }
    if (lines.length > 0) yield lines;
  }
  if (parts.length > 0)
    yield [{ line, bytes: withoutCarriageReturn(Buffer.concat(parts)), isTerminated: false }];
}

/**
 * The text of a line, or of a whole file.
 * @throws DataError with file and line for NUL bytes and for what is not UTF-8
 */
export function decodeLine(bytes: Buffer, file: string, line?: number): string {
  if (bytes.includes(0))
    throw new DataError(
      "There is a NUL byte; the file is damaged. Restore it, or delete the line.",
      toPlace(file, line),
    );
  if (!isUtf8(bytes)) throw notUtf8(file, line);
  return bytes.toString("utf8");
}

function withoutCarriageReturn(bytes: Buffer): Buffer {
  return bytes.length > 0 && bytes[bytes.length - 1] === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
}
