import { logRows, meanSignal, paperSplit } from "../../data/index.ts";
import type { ConfidencePick, TaskReproduction } from "../../report/index.ts";
import { evaluateStrategies, type StrategyInput } from "../../select/index.ts";
import { allPromptColumns, type EvaluationFold } from "../evaluation-fold.ts";
import type { PreparedLog } from "../prepared-log.ts";
import { meanQuality, promptQuality } from "./prompt-quality.ts";
import type { PublishedResults } from "./published-results.ts";

/**
 * Choosing by the LLM's confidence in its own answers, among the training prompts and among all.
 * @param fold of the paper's protocol
 */
export function confidencePicks(
  prepared: PreparedLog,
  fold: EvaluationFold,
  published: PublishedResults | null,
): ConfidencePick[] {
  const trainingCount = prepared.trainingPrompts.length;
  const all = allPromptColumns(prepared).length;
  const picks = [{ prompts: trainingCount, published: published?.confidence.training ?? null }];
  if (all > trainingCount) picks.push({ prompts: all, published: published?.confidence.all ?? null });
  return picks.map((pick) => {
    const input = confidenceInput(prepared, fold, pick.prompts);
    const results = new Map(evaluateStrategies(input).map(({ name, success }) => [name, success]));
    return {
      ...pick,
      first: results.get("confidence-first") ?? null,
      averaged: results.get("confidence") ?? null,
    };
  });
}

/** The first `count` prompts as candidates; no reward model has a say. */
function confidenceInput(prepared: PreparedLog, { test }: EvaluationFold, count: number): StrategyInput {
  const units = test.queryIndex.length;
  return {
    rewards: test.rewards,
    clusters: test.queryIndex.map((query) => prepared.groups[query]!),
    scores: new Float64Array(test.rewards.trials.length).fill(Number.NaN),
    confidence: test.confidence,
    trainingColumns: Int32Array.from({ length: count }, (_, column) => column),
    heldOutColumns: new Int32Array(0),
    fixedColumn: new Int32Array(units),
    open: new Uint8Array(units),
    chosen: new Int32Array(units),
    keepFixed: new Uint8Array(units),
    otherFold: null,
    seed: 1,
    protocol: "paper",
  };
}

/** The LLM's verdicts on its own answers to the published test rows, measured as a reward model is. */
export function selfCritic(
  prepared: PreparedLog,
  fold: EvaluationFold,
  published: PublishedResults | null,
): TaskReproduction["selfCritic"] {
  const { log } = prepared;
  const rows = logRows(log);
  const unitOfRow = new Int32Array(rows.length).fill(-1);
  paperSplit(log, rows).testRows.forEach((row, unit) => {
    unitOfRow[row] = unit;
  });
  const verdicts = meanSignal(
    log,
    log.critic,
    rows.rowOfInteraction.map((row) => unitOfRow[row]!),
    fold.test.queryIndex.length,
    allPromptColumns(prepared),
  );
  if (verdicts === null) return null;
  const trainingCount = prepared.trainingPrompts.length;
  const measureQuality = (start: number, count: number): ReturnType<typeof promptQuality> =>
    promptQuality(
      verdicts,
      fold.test.rewards,
      Array.from({ length: count }, (_, index) => start + index),
    );
  const seen = meanQuality([measureQuality(0, trainingCount)], published?.selfCritic.seen ?? null);
  if (seen === null) return null;
  return {
    seen,
    heldOut: meanQuality(
      [measureQuality(trainingCount, prepared.heldOutPrompts.length)],
      published?.selfCritic.heldOut ?? null,
    ),
  };
}
