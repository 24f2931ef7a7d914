import Table from "cli-table3";
import type { PlannedProposal, ProposeResult, ScoredCandidate } from "../../pipeline/index.ts";
import {
  displayName,
  formatInterval,
  formatPercent,
  formatPoints,
  formatPointsNumber,
  plainText,
  pluralize,
  runArgument,
} from "../../report/index.ts";
import type { Session } from "../session/session.ts";
import { describeCost, describeEstimate } from "./describe-estimate.ts";
import { wrapProse } from "./wrap-text.ts";

/** Longest beginning of a prompt that is shown in the table. */
const SHOWN_TEMPLATE = 44;
const SHOWN_REJECTED = 5;

/** What asking for prompts and testing them takes at most, from nothing. */
export function describeProposalPlan({
  llm,
  scopes,
  proposalCalls,
  proposalCallsAnswered,
  testCalls,
  estimate,
}: PlannedProposal): string {
  const kinds = scopes
    .slice(1)
    .map(({ keywords, questions }) => `  ${plainText(keywords.join(", "))} (${questions})`);
  const answered = proposalCallsAnswered === 0 ? "" : ` (${proposalCallsAnswered} answered before)`;
  return [
    `${llm}: ${pluralize(proposalCalls, "call")} for prompts${answered}, at most ${pluralize(testCalls, "call")} to test them.`,
    ...describeEstimate(estimate),
    ...(proposalCalls > 1 && kinds.length > 0
      ? [`Prompts for all questions, and for the kinds that lose most answers:`, ...kinds]
      : []),
  ].join("\n");
}

/**
 * The candidates as a table, what was not taken, what it took, and what to do next.
 */
export function describeProposals(
  result: ProposeResult,
  run: string,
  isCollected: boolean,
  session: Session,
): string {
  const { candidates, rejected, unreadableReplies, fixedPromptId, file } = result;
  const lines =
    candidates.length === 0
      ? ["No candidate is new and usable."]
      : [
          candidateTable(candidates),
          `estimate: success on the questions it was written for, from its wording alone, and the difference to the fixed prompt ${displayName(fixedPromptId)}. It is a mean of the log's prompts, the likest first: it ranks candidates, and never puts one above the best of them.`,
        ];
  if (candidates.some(({ test }) => test !== null))
    lines.push(
      "live: success minus the fixed prompt's on the same questions, with its 95 % interval; n questions.",
    );
  if (rejected.length > 0) {
    lines.push("", `${pluralize(rejected.length, "candidate")} not taken:`);
    for (const { template, reason } of rejected.slice(0, SHOWN_REJECTED))
      lines.push(`  ${plainText(template, SHOWN_TEMPLATE)} – ${plainText(reason, 160)}`);
    if (rejected.length > SHOWN_REJECTED)
      lines.push(`  and ${rejected.length - SHOWN_REJECTED} more (--json has all)`);
  }
  if (unreadableReplies > 0)
    lines.push(`${pluralize(unreadableReplies, "reply").replace("replys", "replies")} could not be read.`);
  lines.push("", ...describeCost(result));
  if (result.ended === "max-cost") lines.push("Stopped by --max-cost: the next call might have passed it.");
  lines.push(...nextSteps(result, run, isCollected, session));
  if (file === null && candidates.length > 0) lines.push("No candidate is worth keeping.");
  return wrapProse(lines.join("\n"), session.terminal.columns);
}

function candidateTable(candidates: readonly ScoredCandidate[]): string {
  const table = new Table({
    head: ["candidate", "for", "estimate", "nearest", "live"],
    style: { head: [], border: [] },
    colAligns: ["left", "left", "right", "left", "right"],
    wordWrap: true,
    // 80 characters with what the numbers take.
    colWidths: [22, 12, null, 13, null],
  });
  for (const each of candidates) {
    const { scope, estimatedSuccess, estimatedGain, nearestPromptId, similarity } = each;
    table.push([
      `${each.isWritten ? "→ " : "  "}${displayName(each.id, 18)}\n${plainText(each.template, SHOWN_TEMPLATE)}`,
      scope.id === "all" ? "all" : plainText(scope.keywords.slice(0, 3).join(", ") || scope.id, 40),
      `${formatPercent(estimatedSuccess)}\n${formatPointsNumber(estimatedGain)}`,
      `${displayName(nearestPromptId, 11)}\n${similarity.toFixed(2)}`,
      describeTest(each),
    ]);
  }
  return table.toString();
}

function describeTest({ test }: ScoredCandidate): string {
  return test === null
    ? "–"
    : `${formatPoints(test.difference)}\n${formatInterval(test.ci95)}\nn ${test.questions}`;
}

function nextSteps(
  { file, candidates }: ProposeResult,
  run: string,
  isCollected: boolean,
  session: Session,
): string[] {
  if (file === null) return [];
  const count = candidates.filter(({ isWritten }) => isWritten).length;
  return [
    `Wrote ${pluralize(count, "prompt")} (→):`,
    `  ${file}`,
    "",
    isCollected
      ? `Put them to the same questions, with the LLM and settings as before and --prompts ${runArgument(file)}, then:`
      : `Log answers to them with the same questions (oirl collect, --prompts ${runArgument(file)}), then:`,
    isCollected ? session.next("run", runArgument(run)) : session.next("collect", "--help"),
  ];
}
