import { selectColumns } from "../evaluate/index.ts";
import type { RewardModel } from "../reward/index.ts";
import type { GateDecision } from "../select/index.ts";
import type { Candidate, WorkOptions } from "../types/index.ts";
import { trainingCosts } from "./candidate-costs.ts";
import type { EvaluationFold } from "./evaluation-fold.ts";
import {
  chooseColumns,
  type EmbeddedQuestions,
  type FallbackReason,
  fitPolicy,
  type PolicySettings,
  questionsAt,
  scoreQuestions,
} from "./policy.ts";
import type { LearnableLog } from "./prepared-log.ts";
import type { PricedPolicy } from "./priced-policy.ts";

/** How a fallback is written down: 0 for none. */
const FALLBACK_CODES: Readonly<Record<FallbackReason, number>> = { unknown: 1, unlike: 2 };

/** What a policy fitted on one fold's training side says of its test units. */
export interface FoldOutcome {
  /** units × (subset of training prompts, then held-out prompts). */
  readonly scores: Float64Array;
  /** The training prompt each unit would get with an open gate, as a column of the subset. */
  readonly chosen: Int32Array;
  /** One a unit: 0 where scores decide; the fixed prompt where it holds nothing known (1), or is unlike the log (2). */
  readonly fallback: Uint8Array;
  /** As `chosen`, for the test units of another fold, on which this one's policy was trained. */
  readonly neighbor: Int32Array;
  /** Column of the fixed prompt within the subset. */
  readonly fixedColumn: number;
  readonly gate: GateDecision;
  /** null where costs are unknown. */
  readonly priced: PricedPolicy | null;
}

/** Sizes that an outcome must have. */
export interface FoldShape {
  /** Test units of the fold. */
  readonly units: number;
  /** Those of the other fold that its policy is put to. */
  readonly neighbors: number;
  /** Training prompts of the subset it was fitted on. */
  readonly trained: number;
  /** These and the held-out prompts: columns of the scores. */
  readonly candidates: number;
}

/** What the outcome of a fold is asked for. */
export interface FoldQuestion {
  readonly fold: EvaluationFold;
  /** Columns of the training prompts to use, ascending. */
  readonly subset: readonly number[];
  /** Test units of another fold, as indices into the log's queries; none where there is no other. */
  readonly neighbors?: Int32Array | undefined;
}

/** Fits on a fold's training side, restricted to a subset of training prompts, and scores its test units. */
export async function foldOutcome(
  prepared: LearnableLog,
  { fold, subset, neighbors = new Int32Array(0) }: FoldQuestion,
  questions: EmbeddedQuestions,
  settings: PolicySettings,
  options: WorkOptions,
  rewardModel?: RewardModel,
): Promise<FoldOutcome> {
  const { log } = prepared;
  const promptAt = (index: number): Candidate => log.prompts[index]!;
  const prompts = subset.map((column) => promptAt(prepared.trainingPrompts[column]!));
  const policy = await fitPolicy(
    {
      questions,
      rewards: selectColumns(fold.trainRewards, subset),
      groups: fold.trainQueries.map((query) => prepared.groups[query]!),
      prompts,
      costs: trainingCosts(prepared, fold.trainQueries, subset, settings.costs),
      fixedRewards: fold.fixedRewards === undefined ? undefined : selectColumns(fold.fixedRewards, subset),
      promptEmbedding: prepared.promptEmbedding,
    },
    settings,
    options,
    rewardModel,
  );
  const candidates = [...prompts, ...Array.from(prepared.heldOutPrompts, promptAt)];
  const distinct = Int32Array.from(new Set(fold.test.queryIndex));
  const scored = await scoreQuestions(policy, questionsAt(prepared, distinct), candidates, options);
  const chosen = chooseColumns(policy, scored);
  const position = new Map(Array.from(distinct, (query, index) => [query, index]));
  const rows = fold.test.queryIndex.map((query) => position.get(query)!);
  const width = candidates.length;
  const scores = new Float64Array(rows.length * width);
  rows.forEach((row, unit) => {
    scores.set(scored.scores.subarray(row * width, (row + 1) * width), unit * width);
  });
  return {
    scores,
    chosen: rows.map((row) => chosen[row]!),
    fallback: Uint8Array.from(rows, (row) => {
      const reason = scored.fallback[row]!;
      return reason === null ? 0 : FALLBACK_CODES[reason];
    }),
    neighbor: chooseColumns(
      policy,
      await scoreQuestions(policy, questionsAt(prepared, neighbors), undefined, options),
    ),
    fixedColumn: policy.fixedColumn,
    gate: policy.gate,
    priced: policy.priced,
  };
}

/** Sizes of that outcome. */
export function foldShape(prepared: LearnableLog, { fold, subset, neighbors }: FoldQuestion): FoldShape {
  return {
    units: fold.test.queryIndex.length,
    neighbors: neighbors?.length ?? 0,
    trained: subset.length,
    candidates: subset.length + prepared.heldOutPrompts.length,
  };
}

/** Texts of a fold's training questions. */
export function trainingTexts(prepared: LearnableLog, fold: EvaluationFold): string[] {
  return Array.from(fold.trainQueries, (query) => prepared.texts[query]!);
}
