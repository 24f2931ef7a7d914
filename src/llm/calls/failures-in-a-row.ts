import type { FailureMeaning } from "../chat-error.ts";

/**
 * Counts calls given up without an answer between them, which end the work: an endpoint that answers nobody is not asked
 * ten thousand times. What is wrong with one question says nothing of the others, so
 *
 * - a refusal that names the question as its reason (too long, filtered) does not count once there are answers at all;
 * - the refusals of one question, by all its prompts, count once;
 * - but calls that an earlier session was refused count each: nothing else is waiting behind them.
 */
export class FailuresInARow {
  count = 0;
  private readonly refusedQuestions = new Set<string>();

  /** @param hasAnswers whether the run has any yet */
  constructor(private hasAnswers: boolean) {}

  answered(): void {
    this.hasAnswers = true;
    this.count = 0;
    this.refusedQuestions.clear();
  }

  /** @param wasTriedBefore in an earlier session */
  givenUp(queryId: string, meaning: FailureMeaning, wasTriedBefore: boolean): void {
    if (meaning.isAboutQuestion && this.hasAnswers) return;
    const isRefusal = !meaning.isRetryable;
    if (isRefusal && !wasTriedBefore && this.refusedQuestions.has(queryId)) return;
    if (isRefusal) this.refusedQuestions.add(queryId);
    this.count++;
  }
}
