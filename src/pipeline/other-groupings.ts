import { assignQuestionGroups } from "../data/index.ts";
import { nearDuplicateGroups } from "../embed/index.ts";
import type { EvaluationResult } from "../types/index.ts";
import { evaluateWithDetails } from "./evaluate-run.ts";
import type { EvaluateOptions } from "./pipeline-types.ts";
import type { PreparedLog } from "./prepared-log.ts";

/** Where fewer groups are lost by a coarser grouping, as a share, it says nothing new. */
const MIN_LOST = 0.01;
/** A gain that falls below this share of itself once near-duplicates are kept together rests on them. */
const MIN_KEPT = 0.5;

/** What becomes of the gain where like questions stand on one side. */
export interface OtherGroupings {
  readonly newKinds: EvaluationResult["newKinds"];
  /** Sentences worth knowing. */
  readonly warnings: readonly string[];
}

/**
 * Evaluates a log twice more, nested: with questions of one form together, which are new kinds to the chooser, and with
 * near-duplicates together. Neither is done where the grouping is hardly coarser than the log's own.
 * @param headline the evaluation with the log's own groups
 */
export async function evaluateOtherGroupings(
  prepared: PreparedLog,
  headline: EvaluationResult,
  options: EvaluateOptions,
): Promise<OtherGroupings> {
  const byForm = assignQuestionGroups(prepared.log.queries, "form");
  const newKinds = await evaluateGrouped(prepared, byForm, "form", options);
  const gain = safeGain(headline);
  const duplicates =
    gain === null || gain <= 0
      ? null
      : await evaluateGrouped(
          prepared,
          nearDuplicateGroups(prepared.texts, prepared.groups),
          "near-duplicates",
          options,
        );
  const kept = duplicates === null ? null : safeGain(duplicates);
  const warnings =
    gain === null || kept === null || kept >= MIN_KEPT * gain
      ? []
      : [
          `Half of the gain or more rests on questions that are nearly the same as others of the log: with these kept together it falls from ${points(gain)} to ${points(kept)} points.`,
        ];
  return {
    newKinds:
      newKinds === null
        ? null
        : {
            uplift: safeGain(newKinds),
            upliftCi95: newKinds.strategies.find(({ name }) => name === "safe")!.upliftCi95,
            ...countFolds(newKinds),
          },
    warnings,
  };
}

async function evaluateGrouped(
  prepared: PreparedLog,
  groups: Int32Array,
  groupedBy: string,
  options: EvaluateOptions,
): Promise<EvaluationResult | null> {
  const count = (of: Int32Array): number => new Set(of).size;
  const isCoarser = count(groups) <= (1 - MIN_LOST) * count(prepared.groups);
  // As many as the outer folds and the inner ones need.
  if (!isCoarser || count(groups) < MIN_GROUPS) return null;
  const regrouped = { ...prepared, groups, groupedBy, warnings: [] };
  return (await evaluateWithDetails(regrouped, "nested", { ...options, groupBy: groupedBy })).result;
}

const MIN_GROUPS = 20;

function safeGain({ strategies }: EvaluationResult): number | null {
  return strategies.find(({ name }) => name === "safe")!.uplift;
}

function points(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

function countFolds({ gate }: EvaluationResult): { readonly openFolds: number; readonly folds: number } {
  return "folds" in gate
    ? { openFolds: gate.openFolds, folds: gate.folds }
    : { openFolds: Number(gate.open), folds: 1 };
}
