import { DataError } from "../../errors.ts";
import type { JsonValue, Query } from "../../types/index.ts";

/** Says how good an answer is, by whatever is known of its question. */
export interface Grader {
  /** What the grade depends on besides question and answer: two graders of one record grade alike. */
  readonly record: JsonValue;
  /** The JSON schema for all questions, whose hash stands in the record: a run keeps it, to be graded alike later. */
  readonly schemaText?: string;
  /** Whether questions without a golden answer cannot be graded. */
  readonly needsGoldenAnswer: boolean;
  /**
   * Looks at a question before anything is paid for.
   * @throws DataError where no answer to it could be graded: nothing is known of it, or its pattern or schema is broken
   */
  check(query: Query): void;
  /**
   * @param answer everything the LLM wrote
   * @returns the reward, in [0, 1]; 1 is right
   * @throws DataError where the answer cannot be graded, which makes it neither right nor wrong
   */
  grade(answer: string, query: Query): number;
}

/** @throws DataError where the question has none */
export function findGoldenAnswer({ id, answer }: Query): string {
  if (answer === undefined || answer.trim() === "")
    throw new DataError(
      `The question "${id}" has no golden answer, so nothing can say whether an LLM's answer is right. Add it, or leave the question out; or collect with --matcher none, and let an LLM grade the answers (oirl judge).`,
      { question: id },
    );
  return answer;
}

/**
 * The message of a grader that failed.
 * @param what e.g. `The pattern /a+/`
 */
export function gradingError(
  what: string,
  problem: string,
  query: Query,
  answer: string,
  cause?: unknown,
): DataError {
  return new DataError(
    `${what} ${problem}. Question "${query.id}": ${excerpt(query.text)}; answer: ${excerpt(answer)}.`,
    { question: query.id },
    cause,
  );
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}
