import { type Html, html } from "../escape-html.ts";
import { formatPercent } from "../format-number.ts";
import type { Mistake, ReportData } from "../report-data.ts";
import { nothingToShow, section } from "./section.ts";
import { promptName, untrustedText } from "./untrusted-text.ts";

const MOST_MISTAKES = 12;

/** Questions on which the recommended prompt failed although another works. */
export function mistakesSection(data: ReportData): Html {
  const frame = { id: "mistakes", title: "Worst mistakes", simulated: data.simulated };
  const mistakes = data.mistakes.slice(0, MOST_MISTAKES);
  if (mistakes.length === 0) {
    return section(
      frame,
      nothingToShow("On no test question did the chosen prompt fail where another one worked."),
    );
  }
  return section(
    frame,
    html`<p>Test questions for which the chosen prompt failed and another one works. A single answer is partly luck; a prompt that fails again and again on one kind of question is worth a look.</p>
<ol class="mistakes">${mistakes.map(mistakeItem)}</ol>`,
  );
}

function mistakeItem(mistake: Mistake): Html {
  return html`<li><blockquote>${untrustedText(mistake.question)}</blockquote>
<dl><div><dt>chosen</dt><dd>${promptName(mistake.chosenPromptId)} was right in <b>${formatPercent(mistake.success, 0)}</b>, predicted ${formatPercent(mistake.predicted, 0)}</dd></div>
<div><dt>better</dt><dd>${promptName(mistake.bestPromptId)} was right in <b>${formatPercent(mistake.bestSuccess, 0)}</b></dd></div></dl></li>
`;
}
