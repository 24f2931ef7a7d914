import type { JudgeMode } from "../../llm/index.ts";
import type { JudgeCheck, JudgeSummary, PlannedJudging } from "../../pipeline/index.ts";
import { runArgument } from "../../report/index.ts";
import type { Session } from "../session/session.ts";
import { describeCallsAhead, describeCost } from "./describe-estimate.ts";
import { describeFailedCalls } from "./describe-failed-calls.ts";

/** How many calls, tokens and dollars a judgement takes, from nothing. */
export function describePlannedJudging(planned: PlannedJudging): string {
  const { judge, calls, answers, checkCalls } = planned;
  return [
    `${judge}: ${calls} calls for ${answers} answers, the first ${checkCalls} on answers with known labels.`,
    ...describeCallsAhead(planned),
  ].join("\n");
}

/** Whether a judge is to be trusted, and why. */
export function describeCheck(
  { agreement, replies, unreadable, minKappa, isTrusted }: JudgeCheck,
  mode: JudgeMode,
): string {
  const what = mode === "pairwise" ? "pairs of a right and a wrong answer" : "answers with known labels";
  const lost = unreadable === 0 ? [] : [`${unreadable} replies could not be read.`];
  if (agreement === null)
    return unreadable > 0
      ? `The judge could not be checked: ${unreadable} of ${replies} replies could not be read.`
      : "The judge was not checked: nothing to compare with.";
  const { units, clusters, accuracy, accuracyCi95, kappa, kappaCi95 } = agreement;
  const range = (interval: readonly [number, number] | null, digits: number, factor = 1): string =>
    interval === null ? "" : ` [${interval.map((bound) => (bound * factor).toFixed(digits)).join(", ")}]`;
  return [
    `Checked on ${units} ${what} to ${clusters} questions: it agrees on ${(accuracy * 100).toFixed(1)} %${range(accuracyCi95, 1, 100)}, kappa ${kappa?.toFixed(2) ?? "undefined"}${range(kappaCi95, 2)}.`,
    ...lost,
    isTrusted
      ? `Trusted: kappa is certainly at least ${minKappa}.`
      : `Not trusted: kappa is not certainly at least ${minKappa}.`,
  ].join(" ");
}

/** What was judged, and what to do next. */
export function describeJudging(summary: JudgeSummary, session: Session): string {
  const { run, mode, labels, withoutLabel, unreadable, unreadableExamples, success, check } = summary;
  const { calls, positionBias } = summary;
  const lines = [
    describeCheck(check, mode),
    `${summary.llm} judged ${labels} answers of ${summary.answersOf}; mean label ${success.toFixed(3)}. Calls: ${calls.answered} now, ${calls.answeredBefore} before.`,
  ];
  if (positionBias !== undefined)
    lines.push(
      `Of ${positionBias.pairs} pairs judged in both orders, ${(positionBias.inconsistent * 100).toFixed(1)} % came out differently; the answer shown first won ${(positionBias.firstWins * 100).toFixed(1)} %.`,
    );
  lines.push(...describeCost(summary));
  if (unreadable > 0) lines.push(`${unreadable} replies could not be read as a verdict, and label nothing.`);
  lines.push(...unreadableExamples.map((reply) => `  …${JSON.stringify(reply.slice(-100))}`));
  if (withoutLabel > 0) lines.push(`${withoutLabel} answers have no label.`);
  lines.push(...describeFailedCalls(summary, `${run}/collect/journal.jsonl`));
  if (summary.ended === "max-cost")
    lines.push(`Stopped by --max-cost: ${calls.remaining} of ${calls.planned} calls remain.`);
  if (!check.isTrusted) lines.push("These labels are the judge's, and it is not trusted.");
  lines.push("", session.next("run", runArgument(run)));
  return lines.join("\n");
}
