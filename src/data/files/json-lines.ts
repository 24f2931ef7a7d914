import { DataError } from "../../errors.ts";
import { decodeLine, type LineOptions, readByteLines } from "./text-lines.ts";

/** How JSON lines are read. */
export interface JsonLinesOptions extends LineOptions {
  /**
   * What to do with a last line that has no newline and is not JSON: a program that was killed while appending leaves
   * one. Our own logs drop it, a user's file is refused.
   * @default "error"
   */
  readonly tornLastLine?: "drop" | "error";
  /** Told about a dropped line. */
  readonly onWarning?: (message: string) => void;
}

/** One value of a JSON Lines file. */
export interface JsonLine {
  /** 1-based. */
  readonly line: number;
  readonly value: unknown;
}

/**
 * Reads a JSON Lines file as a stream; memory holds one line at a time. Blank lines are passed over, CRLF and a byte
 * order mark are accepted.
 * @throws DataError with file and line
 */
export async function* readJsonLines(
  path: string,
  options: JsonLinesOptions = {},
): AsyncGenerator<JsonLine, void, void> {
  for await (const { line, bytes, isTerminated } of readByteLines(path, options)) {
    let value: unknown;
    try {
      const text = decodeLine(bytes, path, line);
      if (text.trim() === "") continue;
      value = parseJson(text, path, line);
    } catch (error) {
      if (isTerminated || options.tornLastLine !== "drop") throw error;
      options.onWarning?.(`${path}:${line}: the last line is incomplete and was dropped.`);
      return;
    }
    yield { line, value };
  }
}

function parseJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const excerpt = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new DataError(
      `This is not a JSON value: ${JSON.stringify(excerpt)} (${error instanceof Error ? error.message : error}).`,
      { file, line },
      error,
    );
  }
}
