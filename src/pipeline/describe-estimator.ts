import {
  inversePropensityEstimate,
  measureOverlap,
  observationDesign,
  selectColumns,
  selectionToUndo,
  selectValues,
} from "../evaluate/index.ts";
import type { StrategyInput } from "../select/index.ts";
import type { EstimatorResult } from "../types/index.ts";

/** What the estimate of the folds' ungated choices rests on. */
export function describeEstimator(input: StrategyInput): EstimatorResult {
  const columns = Array.from(input.trainingColumns);
  const design = observationDesign(selectColumns(input.rewards, columns), input.observation);
  const at = (column: number): number => columns.indexOf(column);
  const chosen = input.chosen.map(at);
  const fixed = input.fixedColumn.map(at);
  const { kind, assumption, rewards, weights } = design;
  const { effectiveQuestions, largestWeight, withoutOverlap, reason } = measureOverlap(
    design,
    chosen,
    weights,
  );
  const isAssumed = reason === null && (kind === "rates" || kind === "model");
  const predicted = selectValues(input.scores, input.rewards.prompts, columns);
  return {
    kind: kind === "complete" ? "paired" : "doubly-robust",
    propensity: kind,
    assumption,
    effectiveQuestions,
    largestWeight,
    withoutOverlap,
    selfNormalized:
      reason === null ? inversePropensityEstimate(rewards, chosen, weights).selfNormalized : null,
    selectionToUndo: isAssumed
      ? (selectionToUndo({ rewards, predicted, chosen, fixed, weights })?.factor ?? null)
      : null,
  };
}
