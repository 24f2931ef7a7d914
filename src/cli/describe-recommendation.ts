import type { Recommendation } from "../pipeline/index.ts";
import { displayName, formatPercent, plainText } from "../report/index.ts";
import { outColours, type Session } from "./session.ts";

/** A recommendation in a few lines: the prompt, its estimate beside the fixed prompt's, why, and the runners-up. */
export function describeRecommendation(recommendation: Recommendation, session: Session): string {
  const { promptId, prompt, score, fixedPromptId, fixedScore, reason, alternatives } = recommendation;
  const { bold, dim } = outColours(session);
  const isFixed = promptId === fixedPromptId;
  const estimate = isFixed
    ? `estimated success ${formatPercent(score)}`
    : `estimated success ${formatPercent(score)}, with the fixed prompt ${displayName(fixedPromptId)} ${formatPercent(fixedScore)}`;
  const runnersUp = alternatives
    .slice(0, 3)
    .map((alternative) => `${displayName(alternative.promptId)} ${formatPercent(alternative.score)}`);
  return [
    `${bold(displayName(promptId))}  ${estimate}`,
    ...printableLines(prompt).map((line) => `  ${line}`),
    `${dim("why")}   ${plainText(reason)}`,
    ...(runnersUp.length === 0 ? [] : [`${dim("next")}  ${runnersUp.join(", ")}`]),
  ].join("\n");
}

/** A template from the log, its lines kept, terminal escapes taken out. */
function printableLines(template: string): string[] {
  return template.split(/\r?\n/u).map((line) => plainText(line));
}
