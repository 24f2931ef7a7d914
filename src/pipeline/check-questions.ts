import { UsageError } from "../errors.ts";
import { groupingWords } from "../report/index.ts";
import { type EvaluationFold, labeledQueries } from "./evaluation-fold.ts";
import type { LearnableLog } from "./prepared-log.ts";
import { MIN_TRAINING_GROUPS } from "./protocol-folds.ts";

/**
 * Refuses, before anything is computed, a log that a reward model cannot learn from.
 * @param folds of an evaluation, which learns from a part of the log; none where all of it is learned from
 * @throws UsageError that counts the questions of the whole log, as its owner does
 */
export function checkQuestions(prepared: LearnableLog, folds: readonly EvaluationFold[] = []): void {
  const different = (queries: Int32Array): number =>
    new Set(Array.from(queries, (query) => prepared.groups[query]!)).size;
  const found = different(labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys())));
  const learned = Math.min(found, ...folds.map(({ trainQueries }) => different(trainQueries)));
  if (learned >= MIN_TRAINING_GROUPS) return;
  const others =
    learned === found
      ? ""
      : `, of which ${learned === 1 ? "1 is" : `${learned} are`} left to learn from when the others are tested on`;
  throw new UsageError(
    `a reward model needs at least ${MIN_TRAINING_GROUPS} different questions (${groupingWords(prepared.groupedBy)}) to learn from, ` +
      `but the log has ${found}${others}: log more questions`,
    { found, learned, expected: MIN_TRAINING_GROUPS },
  );
}
