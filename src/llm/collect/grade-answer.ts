import type { Grader } from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import type { Interaction, Query } from "../../types/index.ts";

/** An interaction without its question and reward. */
export type UngradedAnswer = Omit<Interaction, "queryId" | "reward"> & { readonly answer: string };

/**
 * Grades answers as they come in. An answer that cannot be graded has been paid for, so it is neither lost nor the end of
 * the work: it stays without a label, and the failure is told.
 */
export class AnswerGrading {
  /** Answers that could not be graded. */
  failures = 0;
  private first: DataError | undefined;

  /** @param grader null keeps all answers without labels */
  constructor(
    private readonly grader: Grader | null,
    private readonly onWarning?: (message: string) => void,
  ) {}

  /**
   * @param said the answer as it came, where the one to be kept has keys hidden in it: no label depends on that
   * @returns a line of `interactions.jsonl`, or undefined for an answer without a label
   */
  grade(query: Query, ungraded: UngradedAnswer, said: string = ungraded.answer): Interaction | undefined {
    if (this.grader === null) return undefined;
    try {
      const { id: queryId, split } = query;
      const reward = this.grader.grade(said, query);
      return { queryId, ...ungraded, reward, ...(split !== undefined && { split }) };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.failures++;
      if (this.first === undefined) this.onWarning?.(error.message);
      this.first ??= error;
      return undefined;
    }
  }

  /** @throws DataError where answers could not be graded */
  throwFailure(run: string): void {
    if (this.first === undefined) return;
    throw new DataError(
      `${this.failures === 1 ? "1 answer" : `${this.failures} answers`} could not be graded. All are kept, and those have no label: mend what grades them and call the same command again, or grade them anew into another folder, with --provider regrade --log ${run}. No call is repeated. The first: ${this.first.message}`,
      { failures: this.failures },
      this.first,
    );
  }
}
