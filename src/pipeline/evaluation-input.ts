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
  const trainingCount = prepared.trainingPrompts.length;
  const heldOutCount = prepared.heldOutPrompts.length;
  const columns = [...subset, ...Array.from({ length: heldOutCount }, (_, index) => trainingCount + index)];
  const tests = folds.map(({ test }) => test);
  const units = tests.reduce((sum, test) => sum + test.queryIndex.length, 0);
  const successes = new Float64Array(units * columns.length);
  const trials = new Float64Array(units * columns.length);
  const scores = new Float64Array(units * columns.length);
  const hasConfidence = tests.some(({ confidence }) => confidence !== null);
  const confidence = hasConfidence ? new Float64Array(units * columns.length).fill(Number.NaN) : null;
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
    scores.set(outcome.scores, start * columns.length);
    if (test.confidence !== null)
      confidence?.set(
        selectValues(test.confidence, allPromptColumns(prepared).length, columns),
        start * columns.length,
      );
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
    rewards: { queries: units, prompts: columns.length, successes, trials },
    weights: new Float64Array(units).fill(1),
    clusters,
    scores,
    confidence,
    trainingColumns: Int32Array.from(subset.keys()),
    heldOutColumns: Int32Array.from({ length: heldOutCount }, (_, index) => subset.length + index),
    fixedColumn,
    shipped,
    unknown,
    seed,
    protocol,
  };
}
