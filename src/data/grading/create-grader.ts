import { UsageError } from "../../errors.ts";
import { answerKind } from "./answer-kind.ts";
import { ANSWER_MATCHERS, type AnswerMatcherName } from "./answer-matchers.ts";
import { findGoldenAnswer, type Grader } from "./grader.ts";
import { moduleGrader } from "./module-grader.ts";
import { patternGrader } from "./pattern-grader.ts";
import { schemaGrader } from "./schema-grader.ts";

/** What says whether answers are right. */
export interface MatcherOptions {
  /**
   * `numeric`, `reference`, `exact` or `contains` compare with the golden answer; for `regex` and `json-schema` it is a
   * pattern or schema, unless one is given for all questions; else the path of a module that exports a function.
   * @default "numeric"
   */
  readonly matcher?: AnswerMatcherName | "regex" | "json-schema" | (string & {});
  /** With `regex`: the pattern for all questions. */
  readonly pattern?: string;
  /** With `json-schema`: file with the schema for all questions. */
  readonly schemaFile?: string;
}

/**
 * The grader that is asked for. An empty answer is wrong by all but a function of the user's, which decides for itself.
 * @throws UsageError for an unknown name, or a pattern or schema that goes with another matcher
 * @throws DataError where pattern or schema is malformed, or a file is missing
 * @throws ConfigError where a module cannot be used
 */
export async function createGrader(options: MatcherOptions): Promise<Grader> {
  const grader = await chosenGrader(options);
  if (isMatcherFile(options.matcher ?? "")) return grader;
  return {
    ...grader,
    // Whoever says nothing is wrong, also where a pattern or a schema would take it for right.
    grade: (answer, query) => (answerKind({ text: answer }) === "empty" ? 0 : grader.grade(answer, query)),
  };
}

async function chosenGrader(options: MatcherOptions): Promise<Grader> {
  const { matcher = "numeric", pattern, schemaFile } = options;
  if (pattern !== undefined && matcher !== "regex")
    throw new UsageError(`A pattern goes with the matcher regex, not with ${matcher}.`);
  if (schemaFile !== undefined && matcher !== "json-schema")
    throw new UsageError(`A schema goes with the matcher json-schema, not with ${matcher}.`);
  if (matcher === "regex") return patternGrader(pattern);
  if (matcher === "json-schema") return schemaGrader(schemaFile);
  if (isMatcherFile(matcher)) return moduleGrader(matcher);
  if (!Object.hasOwn(ANSWER_MATCHERS, matcher))
    throw new UsageError(
      `There is no matcher "${matcher}". Choose ${MATCHER_NAMES.join(", ")}, or the path of a module, such as ./my-matcher.mjs.`,
    );
  return namedGrader(matcher as AnswerMatcherName);
}

/** Names that are no paths. */
export const MATCHER_NAMES: readonly string[] = [...Object.keys(ANSWER_MATCHERS), "regex", "json-schema"];

/** Whether a matcher is given as the path of a module. */
export function isMatcherFile(matcher: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(matcher);
}

function namedGrader(name: AnswerMatcherName): Grader {
  return {
    record: name,
    needsGoldenAnswer: true,
    check: (query) => void findGoldenAnswer(query),
    grade: (answer, query) => (ANSWER_MATCHERS[name](answer, query.answer ?? "") ? 1 : 0),
  };
}
