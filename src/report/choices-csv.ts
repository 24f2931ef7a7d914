import { csvText } from "./csv-text.ts";

/** What is chosen for one question. */
export interface ChoiceRow {
  readonly queryId: string;
  readonly question: string;
  readonly candidateId: string;
  readonly promptId: string;
  readonly llm: string;
  /** Template of the chosen prompt. */
  readonly prompt: string;
  /** Estimated success of the chosen prompt, in [0, 1]. */
  readonly score: number;
  /** null where unknown. */
  readonly expectedCost: number | null;
  readonly expectedLatencyMs: number | null;
  readonly fixedCandidateId: string;
  readonly fixedScore: number;
  /** Whether the choice depends on the question. */
  readonly queryDependent: boolean;
  /** Why, in words. */
  readonly reason: string;
}

const HEADER = [
  "query_id",
  "question",
  "candidate_id",
  "prompt_id",
  "llm",
  "prompt",
  "score",
  "expected_cost",
  "expected_latency_ms",
  "fixed_candidate_id",
  "fixed_score",
  "query_dependent",
  "reason",
] as const;

/** Choices for many questions as CSV, one question a row, in the order given. */
export function choicesCsv(rows: Iterable<ChoiceRow>): string {
  return csvText(HEADER, cells(rows));
}

function* cells(rows: Iterable<ChoiceRow>): Generator<readonly (string | number | boolean)[]> {
  for (const row of rows) {
    const { queryId, question, candidateId, promptId, llm, prompt, score } = row;
    const { expectedCost, expectedLatencyMs, fixedCandidateId, fixedScore, queryDependent, reason } = row;
    yield [
      ...[queryId, question, candidateId, promptId, llm, prompt, score],
      ...[expectedCost ?? "", expectedLatencyMs ?? "", fixedCandidateId, fixedScore, queryDependent, reason],
    ];
  }
}
