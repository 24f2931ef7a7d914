import { ShapeError } from "../errors.ts";
import { argmaxColumn } from "./argmax-column.ts";

/** Scores of Q questions under C prompts, and among which of these to choose. */
export interface BestOfNInput {
  /** Q × C, row-major; NaN where a pair is not scored. */
  readonly scores: Float64Array;
  /** C. */
  readonly prompts: number;
  /** Candidates; all by default. */
  readonly columns?: ArrayLike<number>;
  /** Where ties go, and every question without a score. */
  readonly fixedColumn: number;
  /** The fixed prompt is left only where the prediction exceeds its own by more than this, ≥ 0. @default 0 */
  readonly margin?: number;
  /** Q long, 1 for questions that get the fixed prompt whatever their scores; none by default. */
  readonly keepFixed?: Uint8Array;
}

/**
 * Best-of-N: for each question the prompt with the highest predicted reward (step 3 of the method). No LLM is
 * called. Ties go to the fixed prompt, then to the lowest column.
 * @returns the chosen column of each question
 * @throws ShapeError where `scores` is no whole number of rows or `keepFixed` has another length
 */
export function bestOfN({
  scores,
  prompts,
  columns,
  fixedColumn,
  margin = 0,
  keepFixed,
}: BestOfNInput): Int32Array {
  const queries = scores.length / prompts;
  if (!Number.isInteger(queries)) {
    throw new ShapeError(`${scores.length} scores do not make rows of ${prompts} prompts`);
  }
  if (keepFixed !== undefined && keepFixed.length !== queries) {
    throw new ShapeError(
      `keepFixed must have one entry for each of ${queries} questions, found ${keepFixed.length}`,
    );
  }
  const candidates = columns ?? Int32Array.from({ length: prompts }, (_, column) => column);
  const chosen = new Int32Array(queries);
  for (let query = 0; query < queries; query++) {
    const start = query * prompts;
    const best = keepFixed?.[query] === 1 ? -1 : argmaxColumn(scores, start, candidates, fixedColumn);
    const isBetter = best !== -1 && !(scores[start + best]! - scores[start + fixedColumn]! <= margin);
    chosen[query] = isBetter ? best : fixedColumn;
  }
  return chosen;
}
