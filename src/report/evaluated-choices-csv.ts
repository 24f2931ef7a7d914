import { csvText } from "./csv-text.ts";

/** What an evaluation chose for one question, by a policy that has not seen it. */
export interface EvaluatedChoice {
  readonly queryId: string;
  /** Fold that tested it, 0-based. */
  readonly fold: number;
  /** Prompts' ids, by strategy. */
  readonly fixed: string;
  readonly argmax: string;
  readonly safe: string;
}

const HEADER = ["query_id", "fold", "fixed", "argmax", "safe"] as const;

/** An evaluation's choices as CSV, one question a row, in the order given. */
export function evaluatedChoicesCsv(choices: readonly EvaluatedChoice[]): string {
  return csvText(
    HEADER,
    choices.map(({ queryId, fold, fixed, argmax, safe }) => [queryId, fold, fixed, argmax, safe]),
  );
}
