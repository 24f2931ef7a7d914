import type { AnswerMatcher } from "./answer-matcher.ts";
import { containsMatch } from "./contains-match.ts";
import { exactMatch } from "./exact-match.ts";
import { numericMatch } from "./numeric-match.ts";
import { referenceMatch } from "./reference-match.ts";

/** Names under which answers can be compared with golden answers. */
export type AnswerMatcherName = "numeric" | "reference" | "exact" | "contains";

/** All comparisons by name; `numeric` is the default. */
export const ANSWER_MATCHERS: Readonly<Record<AnswerMatcherName, AnswerMatcher>> = {
  numeric: numericMatch,
  reference: referenceMatch,
  exact: exactMatch,
  contains: containsMatch,
};
