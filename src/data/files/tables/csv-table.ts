import { StringDecoder } from "node:string_decoder";
import { DataError, UsageError } from "../../../errors.ts";
import { type ReadOptions, readTextChunks } from "../read-chunks.ts";
import { decodeLine, readByteLines } from "../text-lines.ts";
import { type CsvRecord, CsvScanner } from "./csv-scanner.ts";
import { peekRows } from "./peek-rows.ts";
import { namePromptfooColumns } from "./promptfoo-header.ts";
import type { Table, TableRow } from "./table.ts";

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
  const first = await records.next();
  if (first.done) throw new DataError("The file is empty; expected a line naming the columns.", { file });
  const [header, ...others] = first.value;
  const columns = namePromptfooColumns(header!.cells.map((name) => name.trim()));
  const positions = new Map<string, number>();
  for (const [position, name] of columns.entries()) {
    if (name === "") continue;
    if (positions.has(name)) {
      await records.return();
      throw new DataError(`The column "${name}" stands twice; rename one.`, { file, line: 1 });
    }
    positions.set(name, position);
  }
  const peeked = await peekRows(toRows(others, records, positions));
  return { file, format, columns: [...positions.keys()], ...peeked };
}

async function* toRows(
  first: readonly CsvRecord[],
  records: AsyncGenerator<CsvRecord[], void, void>,
  positions: ReadonlyMap<string, number>,
): AsyncGenerator<TableRow[], void, void> {
  const parseRows = (batch: readonly CsvRecord[]): TableRow[] =>
    batch.map(({ cells, line }) => new CsvRow(cells, line, positions));
  try {
    yield parseRows(first);
    for await (const batch of records) yield parseRows(batch);
  } finally {
    await records.return();
  }
}

class CsvRow implements TableRow {
  constructor(
    private readonly cells: readonly string[],
    readonly line: number,
    private readonly positions: ReadonlyMap<string, number>,
  ) {}

  cell(column: string): string {
    return this.value(column) ?? "";
  }

  value(column: string): string | undefined {
    const position = this.positions.get(column);
    return position === undefined ? undefined : this.cells[position];
  }
}

async function* readRecords(
  file: string,
  delimiter: string,
  options: ReadOptions,
): AsyncGenerator<CsvRecord[], void, void> {
  const scanner = new CsvScanner(file, delimiter);
  const decoder = new StringDecoder("utf8");
  for await (const chunk of readTextChunks(file, options)) {
    const records = scanner.push(decoder.write(chunk), false);
    if (records.length > 0) yield records;
  }
  const last = scanner.push(decoder.end(), true);
  if (last.length > 0) yield last;
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
