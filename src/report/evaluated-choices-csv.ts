import { csvText } from "./csv-text.ts";

/** What an evaluation chose for one question, by a policy that has not seen it. */
export interface EvaluatedChoice {
  readonly queryId: string;
  readonly question: string;
  /** Fold that tested it, 0-based. */
  readonly fold: number;
  /** Prompts' ids, by strategy. */
  readonly fixed: string;
  readonly argmax: string;
  readonly safe: string;
  /** Why `argmax` takes its prompt, in words. */
  readonly reason: string;
}

const HEADER = ["query_id", "question", "fold", "fixed", "argmax", "safe", "reason"] as const;

/** An evaluation's choices as CSV, one question a row, in the order given. */
export function evaluatedChoicesCsv(choices: readonly EvaluatedChoice[]): string {
  return csvText(
    HEADER,
    choices.map(({ queryId, question, fold, fixed, argmax, safe, reason }) => [
      ...[queryId, question, fold],
      ...[fixed, argmax, safe, reason],
    ]),
  );
}
