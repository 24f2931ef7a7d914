import type { Objective } from "./loss.ts";
import type { Tree } from "./tree.ts";

/** A trained ensemble: margin of a pair = margin of the base score + the values of the leaves it falls into. */
export interface BoosterModel {
  readonly objective: Objective;
  /** Number of query columns; features from here on are prompt columns. */
  readonly queryColumns: number;
  readonly promptColumns: number;
  /** Success probability before the first tree; its margin is what the trees are added to. */
  readonly baseScore: number;
  readonly trees: readonly Tree[];
}

/** How feature importance is measured: number of splits, their total gain, or their total cover. */
export type ImportanceKind = "weight" | "gain" | "cover";

/**
 * Importance of every feature over all trees, in XGBoost's words.
 * @returns query columns first, then prompt columns
 */
export function featureImportance(model: BoosterModel, kind: ImportanceKind): Float64Array {
  const importance = new Float64Array(model.queryColumns + model.promptColumns);
  for (const { feature, gain, cover } of model.trees)
    for (let node = 0; node < feature.length; node++) {
      if (feature[node]! < 0) continue;
      importance[feature[node]!]! += kind === "weight" ? 1 : kind === "gain" ? gain[node]! : cover[node]!;
    }
  return importance;
}
