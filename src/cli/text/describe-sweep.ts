import type { SubsetSweep } from "../../pipeline/index.ts";
import { formatPercentNumber } from "../../report/index.ts";

/** Strategies shown as columns, where the sweep has them; all others stand in the CSV. */
const SHOWN = ["fixed", "best-of-train", "argmax", "safe", "held-out", "all", "hybrid", "random", "oracle"];

const GAP = 2;

/** Mean success in per cent by number of training prompts, one strategy a column, and where the rest is. */
export function describeSweep(sweep: SubsetSweep): string {
  const strategies = SHOWN.filter((name) =>
    sweep.meansBySize.some(({ success }) => (success[name] ?? null) !== null),
  );
  const header = ["K", "subsets", ...strategies];
  const rows = sweep.meansBySize.map(({ size, subsets, success }) => [
    String(size),
    String(subsets),
    ...strategies.map((name) => {
      const mean = success[name] ?? null;
      return mean === null ? "–" : formatPercentNumber(mean);
    }),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(" ".repeat(GAP));
  return [
    `Mean success in per cent over all subsets of K training prompts (${sweep.protocol}):`,
    line(header),
    ...rows.map(line),
    "",
    `Every subset: ${sweep.file}`,
  ].join("\n");
}
