import { stringify } from "csv-stringify/sync";

/** A cell of a CSV file; null leaves it empty. */
export type CsvCell = string | number | boolean | null;

/**
 * Rows as CSV (RFC 4180 quoting, lines end in a line feed). A text that a spreadsheet would run as a formula
 * (it begins with `=`, `+`, `-`, `@`, tab or carriage return) gets a leading apostrophe; numbers stay numbers,
 * negative ones too.
 */
export function csvText(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const records: (readonly (string | number | null)[])[] = [header];
  for (const row of rows) {
    records.push(row.map((cell) => (typeof cell === "boolean" ? String(cell) : cell)));
  }
  return stringify(records as (string | number | null)[][], { escape_formulas: true });
}
