import { csvText } from "./csv-text.ts";

/** The prompt chosen for one question. */
export interface ChoiceRow {
  readonly queryId: string;
  readonly question: string;
  readonly promptId: string;
  /** Template of the chosen prompt. */
  readonly prompt: string;
  /** Estimated success of the chosen prompt, in [0, 1]. */
  readonly score: number;
  readonly fixedPromptId: string;
  readonly fixedScore: number;
  /** Whether the choice depends on the question. */
  readonly queryDependent: boolean;
  /** Why, in words. */
  readonly reason: string;
}

const HEADER = [
  "query_id",
  "question",
  "prompt_id",
  "prompt",
  "score",
  "fixed_prompt_id",
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
    const { queryId, question, promptId, prompt, score } = row;
    const { fixedPromptId, fixedScore, queryDependent, reason } = row;
    yield [queryId, question, promptId, prompt, score, fixedPromptId, fixedScore, queryDependent, reason];
  }
}
