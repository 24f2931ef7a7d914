import type { StrategyInput } from "../select/index.ts";
import type { Protocol } from "../types/index.ts";
import { allPromptColumns, type EvaluationFold } from "./evaluation-fold.ts";
import type { FoldOutcome } from "./fold-outcome.ts";
import type { PreparedLog } from "./prepared-log.ts";
import { selectColumns, selectValues } from "./select-columns.ts";

/** Joins the test units of all folds into one table on which every strategy is judged. */
export function evaluationInput(
  prepared: PreparedLog,
  folds: readonly EvaluationFold[],
  outcomes: readonly FoldOutcome[],
  subset: readonly number[],
  protocol: Protocol,
  seed: number,
): StrategyInput {
  const heldOutCount = prepared.heldOutPrompts.length;
  const columns = inputColumns(prepared, subset);
  const tests = folds.map(({ test }) => test);
  const units = tests.reduce((sum, test) => sum + test.queryIndex.length, 0);
  const successes = new Float64Array(units * columns.length);
  const trials = new Float64Array(units * columns.length);
  const hasPropensity = tests.some(({ rewards }) => rewards.inversePropensity !== undefined);
  const inversePropensity = hasPropensity ? new Float64Array(units * columns.length) : undefined;
  const scores = new Float64Array(units * columns.length);
  const clusters = new Int32Array(units);
  const fixedColumn = new Int32Array(units);
  const shipped = new Uint8Array(units);
  const unknown = new Uint8Array(units);
  let start = 0;
  tests.forEach((test, index) => {
    const outcome = outcomes[index]!;
    const rewards = selectColumns(test.rewards, columns);
    successes.set(rewards.successes, start * columns.length);
    trials.set(rewards.trials, start * columns.length);
    if (rewards.inversePropensity !== undefined)
      inversePropensity?.set(rewards.inversePropensity, start * columns.length);
    scores.set(outcome.scores, start * columns.length);
    clusters.set(
      test.queryIndex.map((query) => prepared.groups[query]!),
      start,
    );
    const end = start + test.queryIndex.length;
    fixedColumn.fill(outcome.fixedColumn, start, end);
    shipped.fill(outcome.gate.shipped ? 1 : 0, start, end);
    unknown.set(outcome.unknown, start);
    start = end;
  });
  return {
    rewards: {
      queries: units,
      prompts: columns.length,
      successes,
      trials,
      ...(inversePropensity !== undefined && { inversePropensity }),
    },
    weights: new Float64Array(units).fill(1),
    clusters,
    scores,
    confidence: joinSignal(prepared, folds, subset, "confidence"),
    trainingColumns: Int32Array.from(subset.keys()),
    heldOutColumns: Int32Array.from({ length: heldOutCount }, (_, index) => subset.length + index),
    fixedColumn,
    shipped,
    unknown,
    seed,
    protocol,
  };
}

/**
 * What the LLM said of its own answers to the test units of all folds, laid out as the scores of `evaluationInput`.
 * @returns null where it said nothing
 */
export function joinSignal(
  prepared: PreparedLog,
  folds: readonly EvaluationFold[],
  subset: readonly number[],
  signal: "confidence" | "critic",
): Float64Array | null {
  if (folds.every(({ test }) => test[signal] === null)) return null;
  const columns = inputColumns(prepared, subset);
  const width = allPromptColumns(prepared).length;
  const parts = folds.map(({ test }) => {
    const values = test[signal];
    return values === null
      ? new Float64Array(test.queryIndex.length * columns.length).fill(Number.NaN)
      : selectValues(values, width, columns);
  });
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/** The subset of training prompts, then all held-out prompts, as columns of the test rewards. */
function inputColumns(prepared: PreparedLog, subset: readonly number[]): number[] {
  const trainingCount = prepared.trainingPrompts.length;
  return [...subset, ...Array.from(prepared.heldOutPrompts, (_, index) => trainingCount + index)];
}
