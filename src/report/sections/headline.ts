import type { EvaluationResult } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import {
  formatInstant,
  formatInterval,
  formatPercent,
  formatPointsWithInterval,
  pluralize,
} from "../format-number.ts";
import { type MainRow, mainRows } from "../main-rows.ts";
import { displayName, plainText } from "../plain-text.ts";
import type { ReportData } from "../report-data.ts";
import { runArgument } from "../run-argument.ts";
import { type NextStep, verdict } from "../verdict.ts";
import { simulatedBadge } from "./section.ts";
import { keepFiguresTogether, sentenceWithNames, untrustedText } from "./untrusted-text.ts";
import { whatIsThis } from "./what-is-this.ts";

/** How the package is called wherever it is installed: a page does not know where it is read. */
const COMMAND = "npx prompt-oirl";

/** The top of the page: what the report is about, the verdict in words, why, what next, and the figures behind it. */
export function headlineSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  return html`<header class="masthead">
<p class="kicker"><span>prompt-oirl</span> report ${simulatedBadge(data.simulated)}</p>
<p class="subject"><bdi>${displayName(data.task)}</bdi> <span aria-hidden="true">·</span> <bdi>${displayName(data.log.llm)}</bdi> <span aria-hidden="true">·</span> ${pluralize(data.log.uniqueQuestions, "question")}, ${pluralize(data.prompts.length, "prompt")} <span aria-hidden="true">·</span> <time datetime="${plainText(data.generatedAt, 40)}">${formatInstant(plainText(data.generatedAt, 40))}</time></p>
${evaluation === undefined ? html`<h1>Nothing has been evaluated yet</h1><p class="detail">Run <code>${COMMAND} evaluate ${runArgument(data.runFolder)}</code> and render the report again.</p>` : evaluated(data, evaluation)}
</header>
`;
}

function evaluated(data: ReportData, evaluation: EvaluationResult): Html {
  const { headline, reason, recommendation, next } = verdict(evaluation, data.trainedGate);
  const prompt =
    recommendation === "fixed" ? data.prompts.find(({ id }) => id === evaluation.fixed.promptId) : undefined;
  return html`<h1>${sentenceWithNames(headline)}</h1>
<p class="detail">${sentenceWithNames(reason)}</p>
${prompt === undefined ? null : html`<p class="next">The prompt reads: <q>${untrustedText(prompt.template)}</q></p>`}
${nextStep(next, data)}
<dl class="figures">${mainRows(evaluation).map(figure)}</dl>`;
}

function figure({ label, success, ci95, gain, gainCi95, role }: MainRow): Html {
  const note =
    role === "bound"
      ? html`so many questions some prompt got right, luck included`
      : gain === null
        ? html`${ci95 === null ? null : keepFiguresTogether(formatInterval(ci95))}`
        : html`${keepFiguresTogether(formatPointsWithInterval(gain, gainCi95))} ${whatIsThis("gain")}`;
  const remark = role === "bound" ? "a bound no one can reach" : null;
  return html`<div class="figure-${role}"><dt>${sentenceWithNames(label)}${remark === null ? null : html`<span class="remark">${remark}</span>`}</dt><dd class="value">${formatPercent(success)}</dd><dd class="note">${note}</dd></div>`;
}

/** What would help most now, with the command for it. */
function nextStep(next: NextStep, data: ReportData): Html {
  const run = runArgument(data.runFolder);
  const steps: Readonly<Record<NextStep, readonly [why: string, command: string]>> = {
    recommend: [
      "names the prompt for a new question, without calling an LLM.",
      `recommend ${run} "your question"`,
    ],
    "log-more": ["says what to log next, and how much it would decide.", `doctor ${run}`],
    "other-prompts": ["finds other prompts: asks an LLM for them and tests the best.", "propose --help"],
    collect: ["puts questions to an LLM under several prompts.", "collect --help"],
    evaluate: ["measures it on questions that were not trained on.", `evaluate ${run}`],
    save: ["trains a chooser that costs less and keeps 99 % of the success.", `run ${run} --keep 99%`],
    "stricter-gate": [
      "stores a chooser that leaves the single prompt only on stronger evidence.",
      `train ${run} --gate averse --force`,
    ],
  };
  const [why, command] = steps[next];
  return html`<p class="next">Next: <code>${COMMAND} ${command}</code> ${why}</p>`;
}
