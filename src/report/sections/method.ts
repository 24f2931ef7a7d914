import type { EvaluationResult } from "../../types/index.ts";
import { type Html, type HtmlValue, html } from "../escape-html.ts";
import { formatCount, formatPercent } from "../format-number.ts";
import { groupingWords } from "../grouping-words.ts";
import { displayName, plainSentence, plainText } from "../plain-text.ts";
import type { ReportData } from "../report-data.ts";
import { PROTOCOL_LABELS } from "../strategy-labels.ts";
import { dataTable, foldedSection } from "./section.ts";

/** Longest reason of a gate shown, in visible characters. */
const LONGEST_REASON = 600;
/** Longest words on what counts as the same question, likewise. */
const LONGEST_GROUPING = 120;

const PROTOCOL_EXPLANATIONS: Readonly<Record<EvaluationResult["protocol"], string>> = {
  nested:
    "5 × 3 grouped cross-validation: every question is tested once, by a model that saw no question of its group; settings and gate come from inner folds.",
  grouped: "one split in which no question stands on both sides; each distinct question counts once.",
  paper: "the rows and the fit of the paper's reference implementation; its leak is counted, not closed.",
};

/** How the figures came about: the log, the settings of every evaluation, and the terms used. */
export function methodSection(data: ReportData): Html {
  const frame = { id: "method", title: "Method and settings", simulated: data.simulated };
  return foldedSection(
    frame,
    html`<p>From a log of (question, prompt, right or wrong) a reward model learns how likely each prompt is to succeed on a question, from the question's text alone; no LLM is called. The choice per question is the prompt with the highest prediction. It is recommended only where the training questions show, out of fold, that it beats the best single prompt by enough standard errors (the gate: averse 2, balanced 1, neutral 0). Method after Sun, Hüyük and van der Schaar, “Query-Dependent Prompt Evaluation and Optimization with Offline Inverse RL”, ICLR 2024.</p>`,
    definitions([
      [
        "Log",
        html`<bdi>${plainText(data.log.source, 200)}</bdi>${data.simulated ? " (simulated, no LLM was asked)" : null}`,
      ],
      ["LLM", html`<bdi>${displayName(data.log.llm, 80)}</bdi>`],
      ["Rows as published", formatCount(data.log.rows)],
      ["Different questions", formatCount(data.log.uniqueQuestions)],
      ["Interactions", formatCount(data.log.interactions)],
      ["Pairs with a label", formatPercent(data.log.filled)],
    ]),
    data.evaluations.length === 0
      ? null
      : dataTable(
          "Settings of each evaluation",
          [
            { title: "Protocol" },
            { title: "Same question" },
            { title: "Reward model" },
            { title: "Gate" },
            { title: "Seed", numeric: true },
            { title: "Time, s", numeric: true },
          ],
          data.evaluations.map((evaluation) => ({ cells: settings(evaluation) })),
        ),
    html`<p class="reading">Report by prompt-oirl ${displayName(data.packageVersion)}. This page holds no script and loads nothing.</p>`,
  );
}

function settings(evaluation: EvaluationResult): HtmlValue[] {
  return [
    html`${PROTOCOL_LABELS[evaluation.protocol]}<span class="what-it-is">${PROTOCOL_EXPLANATIONS[evaluation.protocol]}</span>`,
    html`${plainSentence(groupingWords(evaluation.groupedBy), LONGEST_GROUPING)}${evaluation.warnings.map(
      (warning) => html`<span class="what-it-is">${plainSentence(warning, LONGEST_REASON)}</span>`,
    )}`,
    html`${displayName(evaluation.rewardModel)} on ${displayName(evaluation.embedder)}`,
    html`${evaluation.gateStrength}<span class="what-it-is">${plainSentence(evaluation.gate.reason, LONGEST_REASON)}</span>`,
    evaluation.seed,
    evaluation.seconds.toFixed(1),
  ];
}

function definitions(entries: readonly (readonly [term: string, value: HtmlValue])[]): Html {
  return html`<dl class="definitions">${entries.map(
    ([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}
