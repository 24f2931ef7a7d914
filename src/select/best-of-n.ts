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
  /** Q long, 1 for questions without a known token, which get the fixed prompt; none by default. */
  readonly unknown?: Uint8Array;
}

/**
 * Best-of-N: for each question the prompt with the highest predicted reward (step 3 of the method). No LLM is
 * called. Ties go to the fixed prompt, then to the lowest column.
 * @returns the chosen column of each question
 * @throws ShapeError where `scores` is no whole number of rows or `unknown` has another length
 */
export function bestOfN({ scores, prompts, columns, fixedColumn, unknown }: BestOfNInput): Int32Array {
  const queries = scores.length / prompts;
  if (!Number.isInteger(queries)) {
    throw new ShapeError(`${scores.length} scores do not make rows of ${prompts} prompts`);
  }
  if (unknown !== undefined && unknown.length !== queries) {
    throw new ShapeError(
      `unknown must have one entry for each of ${queries} questions, found ${unknown.length}`,
    );
  }
  const candidates = columns ?? Int32Array.from({ length: prompts }, (_, column) => column);
  const chosen = new Int32Array(queries);
  for (let query = 0; query < queries; query++) {
    const best = unknown?.[query] === 1 ? -1 : argmaxColumn(scores, query * prompts, candidates, fixedColumn);
    chosen[query] = best === -1 ? fixedColumn : best;
  }
  return chosen;
}
