import type { EvaluationResult } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import {
  formatCount,
  formatPercent,
  formatPoints,
  formatProbability,
  NO_VALUE,
  pluralize,
} from "../format-number.ts";
import { quotedName } from "../plain-text.ts";
import type { ReportData, ReportPrompt } from "../report-data.ts";
import { dataTable, nothingToShow, section, withInterval } from "./section.ts";
import { promptName, sentenceWithNames, untrustedText } from "./untrusted-text.ts";

/** Prompts beyond these are folded below the table, and left out of the page. */
const MAX_IN_TABLE = 6;
const MAX_FOLDED = 200;

/** Which one prompt is best, how sure the log makes us, and what every prompt says. */
export function fixedPromptSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "fixed", title: "The prompts, one by one", simulated: data.simulated };
  if (data.prompts.length === 0) return section(frame, nothingToShow("The log holds no prompts."));
  const prompts = bestFirst(data.prompts);
  const fixedId = evaluation?.fixed.promptId ?? null;
  const { shown, further } = splitAtTable(prompts, fixedId);
  return section(
    frame,
    evaluation === undefined ? null : html`<p>${sentenceWithNames(finding(evaluation, data.prompts))}</p>`,
    promptTable("Prompts, their success and how likely each is the best fixed one", shown, fixedId),
    furtherPrompts(further, fixedId),
  );
}

/** The most successful prompts, the fixed one among them in any case, and the rest. */
function splitAtTable(
  prompts: readonly ReportPrompt[],
  fixedId: string | null,
): { readonly shown: readonly ReportPrompt[]; readonly further: readonly ReportPrompt[] } {
  const place = prompts.findIndex(({ id }) => id === fixedId);
  const shown =
    place < MAX_IN_TABLE
      ? prompts.slice(0, MAX_IN_TABLE)
      : [...prompts.slice(0, MAX_IN_TABLE - 1), prompts[place]!];
  return { shown, further: prompts.filter((prompt) => !shown.includes(prompt)) };
}

function promptTable(caption: string, prompts: readonly ReportPrompt[], fixedId: string | null): Html {
  return dataTable(
    caption,
    [
      { title: "Prompt" },
      { title: "Right in the log [95\u00a0%]", numeric: true },
      { title: "Tried on", numeric: true },
      { title: "Is the best", numeric: true },
      { title: "What it says" },
    ],
    prompts.map((prompt) => ({ cells: tableCells(prompt), emphasis: prompt.id === fixedId })),
  );
}

function furtherPrompts(further: readonly ReportPrompt[], fixedId: string | null): Html | null {
  if (further.length === 0) return null;
  const omitted = further.length - MAX_FOLDED;
  return html`<details><summary>${pluralize(further.length, "further prompt")}, less successful or held out</summary>
${promptTable("Further prompts, their success and how likely each is the best fixed one", further.slice(0, MAX_FOLDED), fixedId)}
${omitted > 0 ? html`<p class="reading">${pluralize(omitted, "prompt")} left out, the least successful ones.</p>` : null}
</details>`;
}

/** Training prompts before held-out ones, each by success; those without labels last. */
function bestFirst(prompts: readonly ReportPrompt[]): ReportPrompt[] {
  const rank = (prompt: ReportPrompt): number =>
    (prompt.split === "training" ? 2 : 0) + (prompt.success ?? -1);
  return prompts.toSorted((a, b) => rank(b) - rank(a));
}

function finding(evaluation: EvaluationResult, prompts: readonly ReportPrompt[]): string {
  const { promptId, probabilityBest, expectedRegret } = evaluation.fixed;
  const rival = prompts
    .filter((prompt) => prompt.split === "training" && prompt.id !== promptId)
    .toSorted((a, b) => (b.probabilityBest ?? 0) - (a.probabilityBest ?? 0))[0];
  const best = `${quotedName(promptId)} is the best single prompt with probability ${formatProbability(probabilityBest)}`;
  const next =
    rival?.probabilityBest != null && rival.probabilityBest >= 0.01
      ? `; next comes ${quotedName(rival.id)} with ${formatProbability(rival.probabilityBest)}`
      : "";
  const cost =
    expectedRegret < 0.0005
      ? "Against the truly best one this pick costs next to nothing."
      : `Against the truly best one this pick costs ${formatPoints(expectedRegret).replace("+", "")} on average; a larger log would make it smaller.`;
  return `${best}${next}. ${cost}`;
}

function tableCells(prompt: ReportPrompt): Html[] {
  return [
    html`${promptName(prompt.id)}${prompt.split === "held-out" ? html`<span class="what-it-is">held-out</span>` : null}`,
    html`${prompt.success === null ? "no labels" : withInterval(formatPercent(prompt.success), prompt.ci95)}`,
    html`${formatCount(prompt.questions)}`,
    html`${prompt.probabilityBest === null ? NO_VALUE : formatProbability(prompt.probabilityBest)}`,
    untrustedText(prompt.template),
  ];
}
