import type { AnswerMatcher } from "./answer-matcher.ts";
import { containsMatch } from "./contains-match.ts";
import { exactMatch } from "./exact-match.ts";
import { numericMatch } from "./numeric-match.ts";
import { referenceMatch } from "./reference-match.ts";

export type { AnswerMatcher } from "./answer-matcher.ts";
export { containsMatch } from "./contains-match.ts";
export { exactMatch } from "./exact-match.ts";
export type { StatedNumber } from "./final-number.ts";
export { finalNumber } from "./final-number.ts";
export { numericMatch } from "./numeric-match.ts";
export { referenceMatch } from "./reference-match.ts";

/** Names under which answers can be matched. */
export type AnswerMatcherName = "numeric" | "reference" | "exact" | "contains";

/** All matchers by name; `numeric` is the default. */
export const ANSWER_MATCHERS: Readonly<Record<AnswerMatcherName, AnswerMatcher>> = {
  numeric: numericMatch,
  reference: referenceMatch,
  exact: exactMatch,
  contains: containsMatch,
};
