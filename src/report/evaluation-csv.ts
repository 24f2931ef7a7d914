import type { EvaluationResult } from "../types/index.ts";
import { csvText } from "./csv-text.ts";

const HEADER = [
  "task",
  "protocol",
  "grouped_by",
  "llm",
  "reward_model",
  "embedder",
  "strategy",
  "success",
  "success_ci_lower",
  "success_ci_upper",
  "uplift",
  "uplift_ci_lower",
  "uplift_ci_upper",
  "switched",
  "questions",
  "mcnemar_p",
  "test_questions",
  "also_in_train",
  "reason",
] as const;

/** An evaluation as CSV, one strategy a row; fractions, not per cent, and an empty cell where there is no value. */
export function evaluationCsv(result: EvaluationResult): string {
  return csvText(
    HEADER,
    result.strategies.map((strategy) => [
      result.task,
      result.protocol,
      result.groupedBy,
      result.llm,
      result.rewardModel,
      result.embedder,
      strategy.name,
      strategy.success,
      strategy.ci95?.[0] ?? null,
      strategy.ci95?.[1] ?? null,
      strategy.uplift,
      strategy.upliftCi95?.[0] ?? null,
      strategy.upliftCi95?.[1] ?? null,
      strategy.switched,
      strategy.questions,
      strategy.mcnemarP,
      result.leak.testQuestions,
      result.leak.alsoInTrain,
      strategy.reason ?? null,
    ]),
  );
}
