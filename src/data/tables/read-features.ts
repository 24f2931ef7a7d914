import type { QueryFeatures } from "../../types/index.ts";
import type { TableRow } from "./table.ts";

/** A finite decimal number and nothing else. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/**
 * The cells of a question's feature columns: numbers where a cell is one, else texts; blank cells are left out.
 * @returns undefined where nothing is left
 */
export function readFeatures(row: TableRow, columns: readonly string[]): QueryFeatures | undefined {
  const features = columns.flatMap((column) => {
    const cell = row.cell(column).trim();
    if (cell === "") return [];
    const number = NUMBER.test(cell) ? Number(cell) : Number.NaN;
    return [[column, Number.isFinite(number) ? number : cell] as const];
  });
  return features.length === 0 ? undefined : Object.fromEntries(features);
}
