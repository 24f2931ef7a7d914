import { csvText } from "./csv-text.ts";

/** The prompt chosen for one question. */
export interface ChoiceRow {
  readonly queryId: string;
  readonly promptId: string;
  /** Estimated success of the chosen prompt, in [0, 1]. */
  readonly score: number;
  readonly fixedPromptId: string;
  readonly fixedScore: number;
  /** Whether the choice depends on the question. */
  readonly queryDependent: boolean;
}

const HEADER = [
  "query_id",
  "prompt_id",
  "score",
  "fixed_prompt_id",
  "fixed_score",
  "query_dependent",
] as const;

/** Choices for many questions as CSV, one question a row, in the order given. */
export function choicesCsv(rows: Iterable<ChoiceRow>): string {
  return csvText(HEADER, cells(rows));
}

function* cells(rows: Iterable<ChoiceRow>): Generator<readonly (string | number | boolean)[]> {
  for (const row of rows) {
    yield [row.queryId, row.promptId, row.score, row.fixedPromptId, row.fixedScore, row.queryDependent];
  }
}
