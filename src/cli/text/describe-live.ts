import type { LiveResult, PlannedLive } from "../../pipeline/index.ts";
import {
  displayName,
  formatInterval,
  formatPercent,
  formatPoints,
  formatPointsNumber,
  pluralize,
  runArgument,
} from "../../report/index.ts";
import type { Session } from "../session/session.ts";
import { describeCallsAhead, describeCost } from "./describe-estimate.ts";
import { wrapProse } from "./wrap-text.ts";

type QuestionCounts = PlannedLive["questions"];

/** What a live evaluation takes at most, from nothing. */
export function describeLivePlan(planned: PlannedLive): string {
  const { llm, questions, calls } = planned;
  return [
    `${llm}: at most ${pluralize(calls, "call")}; ${describeQuestions(questions)}`,
    ...(calls === 0 ? [] : describeCallsAhead(planned)),
  ].join("\n");
}

/**
 * The verdict, reality beside the estimate, and what it took.
 */
export function describeLive(result: LiveResult, run: string, session: Session): string {
  const { questions, gain, gainInterval, estimatedGain, compared } = result;
  const lines = [describeVerdict(result), ""];
  if (result.verdict !== "same" && gain !== null && estimatedGain !== null) {
    lines.push(
      `  gain       ${formatPoints(gain)} ${formatInterval(gainInterval)} on ${pluralize(questions.counted, "question")}, ${questions.compared} of them asked with both prompts`,
      `  estimated  ${formatPoints(estimatedGain)}${result.agrees ? ", within the interval" : ": outside the interval"}`,
    );
    if (compared !== null)
      lines.push(
        `  where both were asked: chosen ${formatPercent(compared.chosen)} (estimated ${formatPercent(compared.estimatedChosen)}), fixed ${formatPercent(compared.fixed)} (estimated ${formatPercent(compared.estimatedFixed)})`,
      );
    lines.push("");
  }
  lines.push(`Questions: ${describeQuestions(questions)}`);
  if (questions.unanswered > 0)
    lines.push(
      `${pluralize(questions.unanswered, "question")} had a call that was given up or held, and did not count; --retry-failed sends such calls again.`,
    );
  lines.push(`${pluralize(result.calls, "call")} answered in all.`, ...describeCost(result));
  lines.push(`Question by question: ${result.file}`);
  lines.push(...nextStep(result, run, session));
  return wrapProse(lines.join("\n"), session.terminal.columns);
}

function describeVerdict({ verdict, ended, margin, fixedPromptId, questions }: LiveResult): string {
  const fixed = `the fixed prompt ${displayName(fixedPromptId)}`;
  switch (verdict) {
    case "same":
      return `The chooser recommends ${fixed} for each of ${pluralize(questions.heldOut, "question")}: nothing to compare, nothing was asked.`;
    case "better":
      return `Better: choosing by question beats ${fixed}.`;
    case "worse":
      return `Worse: choosing by question loses to ${fixed}.`;
    case "not-better":
      return `Not better: choosing by question gains less than ${formatPointsNumber(margin).replace("+", "")} points over ${fixed}.`;
    case "undecided":
      return ended === "max-cost"
        ? `Undecided: --max-cost ended it before choosing by question was shown to be better than ${fixed}, or not.`
        : `Undecided: all questions were asked, and choosing by question is neither shown to be better than ${fixed} nor not to be.`;
  }
}

function describeQuestions(questions: QuestionCounts): string {
  const { given, inLog, knownGroup, sameGroup, heldOut, differing } = questions;
  const reasons = [
    ...(inLog > 0 ? [`${inLog} stand in the training log`] : []),
    ...(knownGroup > 0 ? [`${knownGroup} count as the same question as a logged one`] : []),
    ...(sameGroup > 0 ? [`${sameGroup} count as the same question as another`] : []),
  ];
  const leftOut = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  return `${heldOut} of ${given} held out${leftOut}; for ${differing} another prompt than the fixed one is chosen, the others cost nothing.`;
}

function nextStep({ verdict, ended }: LiveResult, run: string, session: Session): string[] {
  if (verdict === "better") return ["", session.next("recommend", runArgument(run), '"your question"')];
  if (verdict === "undecided")
    return [
      "",
      ended === "max-cost"
        ? "The same command with a higher --max-cost goes on from here."
        : "More held-out questions in the same file would decide it; answered ones are not asked again.",
    ];
  return ["", "Use the fixed prompt, or look for others:", session.next("propose", "--help")];
}
