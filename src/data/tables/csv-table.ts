import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, type Parser, parse } from "csv-parse";
import { DataError, UsageError } from "../../errors.ts";
import { type ReadOptions, readTextChunks } from "../read-chunks.ts";
import { decodeLine, readByteLines } from "../text-lines.ts";
import { peekRows } from "./peek-rows.ts";
import { namePromptfooColumns } from "./promptfoo-header.ts";
import type { Table, TableRow } from "./table.ts";

/** Longest record, in characters; an unclosed quote would otherwise swallow the file. */
const MAX_RECORD_CHARACTERS = 16 * 2 ** 20;

interface CsvRecord {
  readonly cells: readonly string[];
  /** Line on which the record ends. */
  readonly endLine: number;
}

/** Opens CSV or TSV: the first line names the columns; quoted cells may hold delimiters and newlines. */
export async function openCsvTable(
  file: string,
  format: "csv" | "tsv",
  options: ReadOptions & { readonly delimiter?: string },
): Promise<Table> {
  if (options.delimiter !== undefined && options.delimiter.length !== 1)
    throw new UsageError(
      `The delimiter "${options.delimiter}" has ${options.delimiter.length} characters, not one.`,
    );
  const delimiter = options.delimiter ?? (format === "tsv" ? "\t" : await guessDelimiter(file));
  const records = readRecords(file, delimiter, options);
  const header = await records.next();
  if (header.done) throw new DataError("The file is empty; expected a line naming the columns.", { file });
  const columns = namePromptfooColumns(header.value.cells.map((name) => name.trim()));
  const positions = new Map<string, number>();
  for (const [position, name] of columns.entries()) {
    if (name === "") continue;
    if (positions.has(name)) {
      await records.return();
      throw new DataError(`The column "${name}" stands twice; rename one.`, { file, line: 1 });
    }
    positions.set(name, position);
  }
  const peeked = await peekRows(toRows(records, positions));
  return { file, format, columns: [...positions.keys()], ...peeked };
}

async function* toRows(
  records: AsyncGenerator<CsvRecord, void, void>,
  positions: ReadonlyMap<string, number>,
): AsyncGenerator<TableRow, void, void> {
  for await (const record of records) yield new CsvRow(record, positions);
}

class CsvRow implements TableRow {
  private readonly record: CsvRecord;
  private readonly positions: ReadonlyMap<string, number>;

  constructor(record: CsvRecord, positions: ReadonlyMap<string, number>) {
    this.record = record;
    this.positions = positions;
  }

  get line(): number {
    return this.record.cells.reduce(
      (line, cell) => line - (cell.split("\n").length - 1),
      this.record.endLine,
    );
  }

  cell(column: string): string {
    const position = this.positions.get(column);
    return position === undefined ? "" : (this.record.cells[position] ?? "");
  }

  value(column: string): string | undefined {
    const position = this.positions.get(column);
    return position === undefined ? undefined : this.record.cells[position];
  }
}

async function* readRecords(
  file: string,
  delimiter: string,
  options: ReadOptions,
): AsyncGenerator<CsvRecord, void, void> {
  const parser: Parser = parse({
    delimiter,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_record: ((cells: string[], { lines }: { lines: number }): CsvRecord => ({
      cells,
      endLine: lines,
    })) as never,
  });
  const piping = pipeline(Readable.from(readTextChunks(file, options), { highWaterMark: 1 }), parser);
  // The error reaches the loop below by way of the parser; leaving the loop early is not one.
  piping.catch(() => undefined);
  try {
    for await (const record of parser) yield record as CsvRecord;
  } catch (error) {
    throw error instanceof CsvError ? describeCsvError(error, file) : error;
  }
}

const CSV_ADVICE: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "A quoted cell is never closed. Add the missing quote.",
  CSV_INVALID_CLOSING_QUOTE:
    'There is text behind a closing quote. Write quotes inside a quoted cell twice (""), or close an earlier quote.',
  INVALID_OPENING_QUOTE:
    'There is a quote inside an unquoted cell. Quote the whole cell and write the quote twice ("").',
  CSV_MAX_RECORD_SIZE: `A record is longer than ${MAX_RECORD_CHARACTERS} characters. Is a quote never closed?`,
};

function describeCsvError(error: CsvError, file: string): DataError {
  const context = error as CsvError & { lines?: number; record?: unknown; columns?: unknown };
  const where = typeof context.lines === "number" ? { file, line: context.lines } : { file };
  if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
    const found = Array.isArray(context.record) ? context.record.length : "another number of";
    return new DataError(
      `The row has ${found} cells, not as many as the header. Quote cells that hold the delimiter. (${error.message})`,
      where,
      error,
    );
  }
  return new DataError(CSV_ADVICE[error.code] ?? error.message, where, error);
}

/** Comma, unless the header has none but has tabs or semicolons (as spreadsheets write in many countries). */
async function guessDelimiter(file: string): Promise<string> {
  for await (const { bytes, line } of readByteLines(file)) {
    const header = decodeLine(bytes, file, line);
    if (header.includes(",")) return ",";
    return header.includes("\t") ? "\t" : header.includes(";") ? ";" : ",";
  }
  return ",";
}
