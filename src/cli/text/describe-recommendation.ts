import type { Recommendation } from "../../pipeline/index.ts";
import { displayName, formatCostNumber, formatPercent, plainText } from "../../report/index.ts";
import { outColors, type Session } from "../session/session.ts";
import { wrapText } from "./wrap-text.ts";

/** What stands under the name of a line. */
const INDENT = " ".repeat(6);

/** A recommendation in a few lines: the prompt, its estimate beside the fixed prompt's, why, and the runners-up. */
export function describeRecommendation(
  recommendation: Recommendation,
  simulated: boolean,
  session: Session,
): string {
  const { candidateId, prompt, score, fixedCandidateId, fixedScore, reason, alternatives } = recommendation;
  const { bold, dim } = outColors(session);
  const isFixed = candidateId === fixedCandidateId;
  const estimate = isFixed
    ? `estimated success ${formatPercent(score)}`
    : `estimated success ${formatPercent(score)}, with the best single one, ${displayName(fixedCandidateId)}, ${formatPercent(fixedScore)}`;
  const runnersUp = alternatives
    .slice(0, 3)
    .map((alternative) => `${displayName(alternative.id)} ${formatPercent(alternative.score)}`);
  const wrapped = (name: string, text: string): string =>
    wrapText(`${INDENT}${text}`, session.terminal.columns).replace(INDENT, dim(name.padEnd(INDENT.length)));
  return [
    `${bold(displayName(candidateId))}  ${estimate}`,
    ...printableLines(prompt).map((line) => `  ${line}`),
    ...describeExpectations(recommendation).map((text) => wrapped("cost", text)),
    wrapped("why", plainText(reason)),
    ...(runnersUp.length === 0 ? [] : [wrapped("next", runnersUp.join(", "))]),
    ...(simulated ? [wrapped("log", "simulated; no LLM was ever asked")] : []),
  ].join("\n");
}

/** What a call is expected to take, as far as it is known. */
function describeExpectations({ expectedCost, expectedLatencyMs }: Recommendation): string[] {
  const parts = [
    ...(expectedCost === null ? [] : [`about ${formatCostNumber(expectedCost)}`]),
    ...(expectedLatencyMs === null ? [] : [`in ${(expectedLatencyMs / 1000).toPrecision(2)} s`]),
  ];
  return parts.length === 0 ? [] : [parts.join(", ")];
}

/** A template from the log, its lines kept, terminal escapes taken out. */
function printableLines(template: string): string[] {
  return template.split(/\r?\n/u).map((line) => plainText(line));
}
