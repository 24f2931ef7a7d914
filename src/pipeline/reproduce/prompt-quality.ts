import { classification, labeledPairs } from "../../evaluate/index.ts";
import type { ReproducedQuality } from "../../report/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import type { PublishedQuality } from "./published-results.ts";

/** Of one model: means over prompts; null where it is undefined for one of them. */
export interface PromptQuality {
  readonly accuracy: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

const MEASURES = ["accuracy", "precision", "recall", "f1"] as const;

/**
 * Accuracy, precision, recall and F1 of calling a pair right where it scores above one half, each taken for one prompt
 * at a time and averaged over prompts, as the reference does it. Where a prompt is never predicted right its precision
 * is undefined (NumPy's 0/0), and so is the mean.
 * @returns null without columns, or where a column has no labeled and scored pair
 */
export function promptQuality(
  scores: Float64Array,
  rewards: RewardMatrix,
  columns: ArrayLike<number>,
): PromptQuality | null {
  const perPrompt = Array.from(columns, (column) => classification(labeledPairs(scores, rewards, [column])));
  if (perPrompt.length === 0 || perPrompt.includes(null)) return null;
  const computeMean = (measure: (typeof MEASURES)[number]): number | null =>
    meanOrNull(perPrompt.map((classes) => classes![measure]));
  return {
    accuracy: computeMean("accuracy"),
    precision: computeMean("precision"),
    recall: computeMean("recall"),
    f1: computeMean("f1"),
  };
}

/** The mean over models, each measure over those that define it, as the reference skips NaN; null for no model. */
export function meanQuality(
  models: readonly (PromptQuality | null)[],
  published: PublishedQuality | null,
): ReproducedQuality | null {
  const measured = models.filter((model) => model !== null);
  if (measured.length === 0) return null;
  const computeMean = (measure: (typeof MEASURES)[number]): number | null => {
    const known = measured.map((model) => model[measure]).filter((value) => value !== null);
    return known.length === 0 ? null : meanOrNull(known);
  };
  return {
    accuracy: computeMean("accuracy"),
    precision: computeMean("precision"),
    recall: computeMean("recall"),
    f1: computeMean("f1"),
    precisionSubsets: measured.filter(({ precision }) => precision !== null).length,
    published,
  };
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum / values.length;
}
