import { type Html, html } from "../escape-html.ts";
import { formatPercent, pluralize } from "../format-number.ts";
import type { Mistake, ReportData } from "../report-data.ts";
import { nothingToShow, section } from "./section.ts";
import { promptName, untrustedText } from "./untrusted-text.ts";

const MAX_MISTAKES = 12;
/** The others are folded. */
const MISTAKES_SHOWN = 3;
/** Longest answer shown, in visible characters. */
const LONGEST_ANSWER = 240;

/** Questions on which the chosen prompt failed although another works, with what the LLM said. */
export function mistakesSection(data: ReportData): Html {
  const frame = { id: "mistakes", title: "Worst mistakes", simulated: data.simulated };
  const mistakes = data.mistakes.slice(0, MAX_MISTAKES);
  if (mistakes.length === 0) {
    return section(
      frame,
      nothingToShow("On no test question did the chosen prompt fail where another one worked."),
    );
  }
  const folded = mistakes.slice(MISTAKES_SHOWN);
  return section(
    frame,
    html`<p>Questions for which the chosen prompt failed and another one works. A single answer is partly luck; a prompt that fails again and again on one kind of question is worth a look.</p>
<ol class="mistakes">${mistakes.slice(0, MISTAKES_SHOWN).map(mistakeItem)}</ol>`,
    folded.length === 0
      ? null
      : html`<details class="fold"><summary>${pluralize(folded.length, "further mistake")}</summary><ol class="mistakes" start="${MISTAKES_SHOWN + 1}">${folded.map(mistakeItem)}</ol></details>`,
  );
}

function mistakeItem(mistake: Mistake): Html {
  const { question, chosenPromptId, predicted, success, chosenAnswer, expected } = mistake;
  const { bestPromptId, bestSuccess, bestAnswer } = mistake;
  return html`<li><blockquote>${untrustedText(question)}</blockquote>
<dl>${
    expected === undefined
      ? null
      : html`<div><dt>expected</dt><dd>${untrustedText(expected, LONGEST_ANSWER)}</dd></div>
`
  }<div><dt>chosen</dt><dd>${promptName(chosenPromptId)} was right in <b>${formatPercent(success, 0)}</b>, estimated ${formatPercent(predicted, 0)}${said(chosenAnswer)}</dd></div>
<div><dt>better</dt><dd>${promptName(bestPromptId)} was right in <b>${formatPercent(bestSuccess, 0)}</b>${said(bestAnswer)}</dd></div></dl></li>
`;
}

function said(answer: string | undefined): Html | null {
  return answer === undefined
    ? null
    : html`<span class="answer">${untrustedText(answer, LONGEST_ANSWER)}</span>`;
}
