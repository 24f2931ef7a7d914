import Table from "cli-table3";
import type { CollectSummary, PlannedCollection, RegradeSummary } from "../../llm/index.ts";
import { runArgument } from "../../report/index.ts";
import type { Session } from "../session/session.ts";
import { describeAllocation } from "./describe-allocation.ts";
import { describeCallsAhead, describeCost } from "./describe-estimate.ts";
import { describeFailedCalls } from "./describe-failed-calls.ts";

/** How many calls, tokens and dollars a collection takes, from nothing. */
export function describePlan(planned: PlannedCollection): string {
  const { llm, strategy, calls, pairs, questions, prompts } = planned;
  const what = `${questions} questions, ${prompts} prompts`;
  return [
    strategy === "uniform"
      ? `${llm}: ${calls} calls (${what}).`
      : `${llm}: at most ${calls} calls of ${pairs} (${what}), spread by ${strategy}.`,
    ...describeCallsAhead(planned),
  ].join("\n");
}

/** What was collected, and what to do next. */
export function describeCollection(summary: CollectSummary, run: string, session: Session): string {
  const { calls, success, revisedEstimate } = summary;
  const lines = [
    `Collected ${calls.answered} answers of ${summary.llm}${calls.answeredBefore > 0 ? `, ${calls.answeredBefore} were there` : ""}: ${summary.unlabeled ?? summary.interactions} in the run.`,
  ];
  if (success !== undefined) lines.push(`${(success * 100).toFixed(1)} % of the new answers are right.`);
  if (summary.allocation !== undefined) lines.push("", ...describeAllocation(summary.allocation), "");
  lines.push(...describeCost(summary));
  lines.push(...describeLimits(summary));
  lines.push(...describeFailedCalls(summary, `${run}/collect/journal.jsonl`));
  if (calls.held > 0) lines.push(`${calls.held} calls of unknown outcome are held.`);
  if (summary.ended === "max-cost")
    lines.push(
      `Stopped by --max-cost: the next call might pass it. ${calls.remaining} of ${calls.planned} calls remain${
        revisedEstimate?.cost === undefined ? "" : `; one costs about $${perCall(revisedEstimate)}`
      }.`,
    );
  if (summary.unlabeled !== undefined)
    lines.push(
      "",
      "The answers have no labels yet; an LLM can grade them, which says how:",
      session.next("judge", "--help"),
    );
  else if (summary.interactions > 0) lines.push("", session.next("run", runArgument(run)));
  return lines.join("\n");
}

/** Prompts whose answers were cut off most, named. */
const NAMED_PROMPTS = 3;

/** What the labels say besides how good the prompts are, in lines. */
function describeLimits({ cutOff, emptyAnswers, answersWithHiddenKeys }: CollectSummary): string[] {
  const lines: string[] = [];
  if (cutOff.answers > 0) {
    const worst = Object.entries(cutOff.prompts)
      .sort(([, one], [, other]) => other.answers / other.of - one.answers / one.of)
      .slice(0, NAMED_PROMPTS)
      .map(([id, { answers, of }]) => `${id} ${answers} of ${of}`);
    lines.push(
      `${cutOff.answers} of ${cutOff.of} answers ended at the token limit, ${cutOff.empty} of them empty (${worst.join(", ")}): their labels tell of the limit, not of the prompts. Raise --max-tokens, into another run.`,
    );
  }
  if (emptyAnswers > 0) lines.push(`${emptyAnswers} answers are empty, which is wrong.`);
  if (answersWithHiddenKeys > 0)
    lines.push(
      `The key came back in ${answersWithHiddenKeys} answers; "…" stands in its place. They were graded as they came.`,
    );
  return lines;
}

function perCall({ cost, calls }: { readonly cost?: number; readonly calls: number }): string {
  return ((cost ?? 0) / Math.max(calls, 1)).toFixed(6);
}

/** What grading again changed. */
export function describeRegrade(summary: RegradeSummary, run: string, session: Session): string {
  const table = new Table({
    head: ["prompt", "answers", "graded", "logged", "reference", "numeric", "→ right", "→ wrong"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right"],
  });
  for (const { promptId, answers, graded, ...count } of summary.prompts) {
    const share = (count: number): string => (count / answers).toFixed(4);
    table.push([
      promptId,
      answers,
      share(graded),
      share(count.logged),
      share(count.reference),
      share(count.numeric),
      count.becomeRight,
      count.becomeWrong,
    ]);
  }
  const percent = ((100 * summary.flipped) / summary.interactions).toFixed(2);
  const missing =
    summary.withoutAnswer === 0
      ? ""
      : ` ${summary.withoutAnswer} entries of the log have no answer and were left out.`;
  return [
    table.toString(),
    `${summary.flipped} of ${summary.interactions} labels (${percent} %) differ between the reference's rule and the numeric matcher.${missing}`,
    `They are listed in ${summary.file}; the run has the labels of the matcher ${matcherName(summary.matcher)}.`,
    ...summary.examples.map(
      ({ queryId, promptId, goldenAnswer, answerEnd, numeric }) =>
        `  ${queryId} / ${promptId}: expected ${JSON.stringify(goldenAnswer)}, ${numeric ? "now right" : "now wrong"}: …${JSON.stringify(answerEnd.slice(-60))}`,
    ),
    "",
    session.next("run", runArgument(run)),
  ].join("\n");
}

function matcherName(record: RegradeSummary["matcher"]): string {
  return typeof record === "string" ? record : JSON.stringify(record);
}
