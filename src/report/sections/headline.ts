import type { EvaluationResult } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import {
  countOf,
  formatInstant,
  formatPercent,
  formatPercentNumber,
  formatPointsWithInterval,
} from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";
import type { ReportData } from "../report-data.ts";
import { runArgument } from "../run-argument.ts";
import { hasLeak, leakSentence, shownBracket, verdict } from "../verdict.ts";
import { simulatedBadge } from "./section.ts";
import { keepFiguresTogether, promptName, sentenceWithNames, untrustedText } from "./untrusted-text.ts";

/** The top of the page: what the report is about, the verdict in words, and the four figures behind it. */
export function headlineSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  return html`<header class="masthead">
<p class="kicker"><span>prompt-oirl</span> report ${simulatedBadge(data.simulated)}</p>
<p class="subject"><bdi>${displayName(data.task)}</bdi> <span aria-hidden="true">·</span> <bdi>${displayName(data.log.model)}</bdi> <span aria-hidden="true">·</span> ${countOf(data.log.uniqueQuestions, "question")}, ${countOf(data.prompts.length, "prompt")} <span aria-hidden="true">·</span> <time datetime="${plainText(data.generatedAt, 40)}">${formatInstant(plainText(data.generatedAt, 40))}</time></p>
${evaluation === undefined ? html`<h1>Nothing has been evaluated yet</h1><p class="detail">Run <code>oirl evaluate ${runArgument(data.runFolder)}</code> and render the report again.</p>` : evaluated(data, evaluation)}
</header>
`;
}

function evaluated(data: ReportData, evaluation: EvaluationResult): Html {
  const { headline, detail, recommendation } = verdict(evaluation, data.trainedGate);
  const perQuestion = recommendation === "per-question";
  return html`<p class="pill ${perQuestion ? "pill-choose" : "pill-fixed"}"><span aria-hidden="true">${perQuestion ? "⇄" : "="}</span> ${perQuestion ? "Recommended: choose per question" : "Recommended: one fixed prompt"}</p>
<h1>${sentenceWithNames(headline)}</h1>
<p class="detail">${sentenceWithNames(detail)}</p>
${nextStep(data, evaluation, perQuestion)}
${keyFigures(evaluation)}
<p class="reading">pp: percentage points. In brackets: the interval that holds the true value with 95 % confidence, paired by question.</p>`;
}

/** What to do with the verdict: the command that chooses, or the one prompt in full. */
function nextStep(data: ReportData, evaluation: EvaluationResult, perQuestion: boolean): Html | null {
  if (perQuestion) {
    return html`<p class="next">For a new question, <code>oirl recommend ${runArgument(data.runFolder)} "question"</code> names the prompt to use, without calling the LLM.</p>`;
  }
  const prompt = data.prompts.find(({ id }) => id === evaluation.fixed.promptId);
  return prompt === undefined
    ? null
    : html`<p class="next">The prompt reads: <q>${untrustedText(prompt.template)}</q></p>`;
}

function keyFigures(evaluation: EvaluationResult): Html {
  const argmax = evaluation.strategies.find((strategy) => strategy.name === "argmax");
  const { fixed, leak } = evaluation;
  const attainable = shownBracket(evaluation);
  const figures: readonly { term: Html; value: string; note: Html | string }[] = [
    {
      term: html`Always ${promptName(fixed.promptId)}`,
      value: formatPercent(fixed.success),
      note: "the best fixed prompt by its training labels",
    },
    {
      term: html`Choosing per question`,
      value: formatPercent(argmax?.success ?? null),
      note:
        argmax?.uplift === null || argmax === undefined
          ? "could not be measured"
          : html`${keepFiguresTogether(formatPointsWithInterval(argmax.uplift, argmax.upliftCi95))} over the fixed prompt`,
    },
    {
      term: html`Attainable at best`,
      value:
        attainable === null
          ? "unknown"
          : `${formatPercentNumber(attainable.lower)}–${formatPercent(attainable.upper)}`,
      note:
        attainable === null ? "the log has no repeats" : "from the log's repeats; the upper end is biased up",
    },
    {
      term: html`Seen in training`,
      value: leak.testQuestions === 0 ? "–" : formatPercent(leak.alsoInTrain / leak.testQuestions, 0),
      note: `${leakSentence(evaluation)}${hasLeak(evaluation) ? ": do not trust" : ""}`,
    },
  ];
  return html`<dl class="figures">${figures.map(
    (figure) =>
      html`<div><dt>${figure.term}</dt><dd class="value">${figure.value}</dd><dd class="note">${figure.note}</dd></div>`,
  )}</dl>`;
}
