import { formatInterval, formatPercent, formatPoints, plainText } from "../../report/index.ts";
import type { ProposalScope, ScoredCandidate } from "./propose-types.ts";

/** What is known of a candidate in a line: its estimate, its likeness to what was tried, what the test found. */
export function describeCandidate(candidate: ScoredCandidate): string {
  const { scope, estimatedSuccess, estimatedGain, nearestPromptId, similarity, test } = candidate;
  const estimate = `${describeScope(scope)}: estimated ${formatPercent(estimatedSuccess)} (${formatPoints(estimatedGain)} to the fixed prompt)`;
  const likeness = `most like ${plainText(nearestPromptId)} (${similarity.toFixed(2)})`;
  const found =
    test === null
      ? "not tested"
      : `tested on ${test.questions}: ${formatPoints(test.difference)} ${formatInterval(test.ci95)}`;
  return [estimate, likeness, found].join("; ");
}

/** "all questions", or "questions with capital, of, what". */
function describeScope({ keywords, id }: ProposalScope): string {
  if (id === "all") return "all questions";
  return keywords.length === 0
    ? `questions of ${id}`
    : `questions with ${keywords.map((word) => plainText(word)).join(", ")}`;
}
