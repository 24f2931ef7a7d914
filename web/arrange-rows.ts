import type { PageLog } from "../src/serve/index.ts";

/** Which questions are shown. */
export type RowFilter = "all" | "differ" | "none" | "every";

export const FILTERS: Readonly<Record<RowFilter, string>> = {
  all: "all questions",
  differ: "where prompts differ",
  none: "where no prompt was right",
  every: "where every prompt was right",
};

/** In which order: as logged, by mean success, or by success with the prompt of a column. */
export type RowOrder = "logged" | "hardest" | "easiest" | number;

/** Positions of the questions to show, in order. */
export function arrangeRows(
  { texts, percent, candidateIds }: PageLog,
  {
    search,
    filter,
    order,
  }: { readonly search: string; readonly filter: RowFilter; readonly order: RowOrder },
): Int32Array {
  const width = candidateIds.length;
  const words = search
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  const means = Float64Array.from(texts, (_, row) => meanOf(percent, row, width));
  const shown: number[] = [];
  texts.forEach((text, row) => {
    if (!passes(filter, percent, row, width)) return;
    if (words.length > 0) {
      const lower = text.toLowerCase();
      if (!words.every((word) => lower.includes(word))) return;
    }
    shown.push(row);
  });
  if (order === "logged") return Int32Array.from(shown);
  const value =
    typeof order === "number"
      ? (row: number) => -percent[row * width + order]!
      : (row: number) => means[row]!;
  const sign = order === "easiest" ? -1 : 1;
  // Questions without an answer stand last, whatever the order.
  const key = (row: number): number =>
    Number.isNaN(means[row]!) ? Number.POSITIVE_INFINITY : sign * value(row);
  return Int32Array.from(shown.sort((one, other) => key(one) - key(other) || one - other));
}

function meanOf(percent: readonly number[], row: number, width: number): number {
  let sum = 0;
  let count = 0;
  for (let cell = row * width; cell < (row + 1) * width; cell++)
    if (percent[cell]! >= 0) {
      sum += percent[cell]!;
      count++;
    }
  return sum / count;
}

function passes(filter: RowFilter, percent: readonly number[], row: number, width: number): boolean {
  if (filter === "all") return true;
  let lowest = 101;
  let highest = -1;
  for (let cell = row * width; cell < (row + 1) * width; cell++)
    if (percent[cell]! >= 0) {
      lowest = Math.min(lowest, percent[cell]!);
      highest = Math.max(highest, percent[cell]!);
    }
  if (highest < 0) return false;
  if (filter === "none") return highest === 0;
  if (filter === "every") return lowest === 100;
  return lowest < highest;
}
