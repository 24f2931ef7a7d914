import type { StrategyResult } from "../types/index.ts";
import { type CsvCell, csvText } from "./csv-text.ts";

/** The strategies' values with one subset of the training prompts. */
export interface SubsetRow {
  /** Number K of training prompts in the subset. */
  readonly size: number;
  readonly promptIds: readonly string[];
  readonly strategies: readonly StrategyResult[];
}

const HEADER = [
  "k",
  "prompts",
  "strategy",
  "success",
  "success_lower",
  "success_upper",
  "uplift",
  "uplift_lower",
  "uplift_upper",
  "switched",
  "questions",
] as const;

/** A sweep over subsets of training prompts as CSV, one row a subset and strategy. */
export function subsetsCsv(subsets: readonly SubsetRow[]): string {
  return csvText(HEADER, subsets.flatMap(subsetCells));
}

function subsetCells({ size, promptIds, strategies }: SubsetRow): readonly CsvCell[][] {
  return strategies.map(({ name, success, ci95, uplift, upliftCi95, switched, questions }) => [
    size,
    promptIds.join(" "),
    name,
    success,
    ci95?.[0] ?? null,
    ci95?.[1] ?? null,
    uplift,
    upliftCi95?.[0] ?? null,
    upliftCi95?.[1] ?? null,
    switched,
    questions,
  ]);
}
