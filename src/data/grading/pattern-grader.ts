import { DataError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { withinTimeLimit } from "../../util/index.ts";
import { findGoldenAnswer, type Grader, gradingError } from "./grader.ts";

/** A pattern that takes longer on one answer is broken off. */
const LIMIT_MS = 1000;
const PLACEHOLDER = "{{answer}}";

/**
 * Right is what a regular expression finds a match in. The expression is each question's golden answer, or one for all
 * questions, in which `{{answer}}` stands for the golden answer, letter by letter. Written bare or as `/…/i`, in
 * JavaScript's way with Unicode.
 * @param pattern for all questions
 * @throws DataError where that pattern is malformed
 */
export function patternGrader(pattern: string | undefined): Grader {
  const needsGoldenAnswer = pattern === undefined || pattern.includes(PLACEHOLDER);
  const compileExpression = (query: Query): RegExp => {
    if (pattern === undefined)
      return compile(findGoldenAnswer(query), `The pattern of the question "${query.id}"`);
    const text = needsGoldenAnswer
      ? pattern.replaceAll(PLACEHOLDER, () => escaped(findGoldenAnswer(query).trim()))
      : pattern;
    return compile(text, "The pattern");
  };
  // Malformed patterns are found before the first question.
  if (pattern !== undefined) compile(pattern.replaceAll(PLACEHOLDER, "0"), "The pattern");
  return {
    record: { name: "regex", pattern: pattern ?? null },
    needsGoldenAnswer,
    check: (query) => void compileExpression(query),
    grade(answer, query) {
      const expression = compileExpression(query);
      const found = withinTimeLimit(LIMIT_MS, () => expression.test(answer));
      if (found === undefined)
        throw gradingError(
          `The pattern ${expression}`,
          `took longer than ${LIMIT_MS / 1000} s on an answer. Nested repetitions such as (a+)+ do that: write it without them`,
          query,
          answer,
        );
      return found.value ? 1 : 0;
    },
  };
}

function compile(text: string, what: string): RegExp {
  const delimited = /^\/(.+)\/([imsu]*)$/s.exec(text);
  const [source, flags] = delimited === null ? [text, ""] : [delimited[1]!, delimited[2]!];
  try {
    return new RegExp(source, flags.includes("u") ? flags : `${flags}u`);
  } catch (error) {
    throw new DataError(
      `${what} is no regular expression: ${(error as Error).message}. Flags are written as in /yes|no/i.`,
      {},
      error,
    );
  }
}

/** The text as an expression that matches it and nothing else. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
