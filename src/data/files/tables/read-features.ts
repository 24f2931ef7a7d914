import type { QueryFeatures } from "../../../types/index.ts";
import type { TableRow } from "./table.ts";

/** A finite decimal number and nothing else. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/**
 * The cells of a question's feature columns: numbers where a cell is one, else texts; blank cells are left out.
 * @returns undefined where nothing is left
 */
export function readFeatures(row: TableRow, columns: readonly string[]): QueryFeatures | undefined {
  const features = columns.flatMap((column) => {
    const value = readFeature(row.cell(column));
    return value === "" ? [] : [[column, value] as const];
  });
  return features.length === 0 ? undefined : Object.fromEntries(features);
}

/** A feature's value as it is written: a number where it is one, else the text without white space around it. */
export function readFeature(text: string): string | number {
  const cell = text.trim();
  const number = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(number) ? number : cell;
}
