import type { RewardModel } from "../reward/index.ts";
import type { GateDecision } from "../select/index.ts";
import type { Prompt, WorkOptions } from "../types/index.ts";
import type { EvaluationFold } from "./evaluation-fold.ts";
import { type EmbeddedQuestions, fitPolicy, type PolicySettings, scoreQuestions } from "./policy.ts";
import type { PreparedLog } from "./prepared-log.ts";
import { selectColumns } from "./select-columns.ts";

/** What a policy fitted on one fold's training side says of its test units. */
export interface FoldOutcome {
  /** units × (subset of training prompts, then held-out prompts). */
  readonly scores: Float64Array;
  /** 1 for units whose question holds no known token. */
  readonly unknown: Uint8Array;
  /** Column of the fixed prompt within the subset. */
  readonly fixedColumn: number;
  readonly gate: GateDecision;
}

/** Sizes that an outcome must have. */
export interface FoldShape {
  /** Test units of the fold. */
  readonly units: number;
  /** Training prompts of the subset it was fitted on. */
  readonly trained: number;
  /** These and the held-out prompts: columns of the scores. */
  readonly candidates: number;
}

/**
 * Fits on a fold's training side, restricted to a subset of training prompts, and scores its test units.
 * @param subset columns of the training prompts to use, ascending
 */
export async function foldOutcome(
  prepared: PreparedLog,
  fold: EvaluationFold,
  subset: readonly number[],
  questions: EmbeddedQuestions,
  settings: PolicySettings,
  options: WorkOptions,
  rewardModel?: RewardModel,
): Promise<FoldOutcome> {
  const { log } = prepared;
  const promptAt = (index: number): Prompt => log.prompts[index]!;
  const prompts = subset.map((column) => promptAt(prepared.trainingPrompts[column]!));
  const policy = await fitPolicy(
    {
      questions,
      rewards: selectColumns(fold.trainRewards, subset),
      groups: fold.trainQueries.map((query) => prepared.groups[query]!),
      prompts,
      fixedRewards: selectColumns(fold.fixedRewards, subset),
      promptEmbedding: prepared.promptEmbedding,
    },
    settings,
    options,
    rewardModel,
  );
  const candidates = [...prompts, ...Array.from(prepared.heldOutPrompts, promptAt)];
  const distinct = [...new Set(fold.test.queryIndex)];
  const scored = await scoreQuestions(
    policy,
    distinct.map((query) => prepared.texts[query]!),
    candidates,
    options,
  );
  const position = new Map(distinct.map((query, index) => [query, index]));
  const width = candidates.length;
  const scores = new Float64Array(fold.test.queryIndex.length * width);
  const unknown = fold.test.queryIndex.reduce((flags, query, unit) => {
    const row = position.get(query)!;
    scores.set(scored.scores.subarray(row * width, (row + 1) * width), unit * width);
    flags[unit] = scored.unknown[row]!;
    return flags;
  }, new Uint8Array(fold.test.queryIndex.length));
  return { scores, unknown, fixedColumn: policy.fixedColumn, gate: policy.gate };
}

/** Sizes of that outcome. */
export function foldShape(prepared: PreparedLog, fold: EvaluationFold, subset: readonly number[]): FoldShape {
  return {
    units: fold.test.queryIndex.length,
    trained: subset.length,
    candidates: subset.length + prepared.heldOutPrompts.length,
  };
}

/** Texts of a fold's training questions. */
export function trainingTexts(prepared: PreparedLog, fold: EvaluationFold): string[] {
  return Array.from(fold.trainQueries, (query) => prepared.texts[query]!);
}
