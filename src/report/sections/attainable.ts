import type { EvaluationResult } from "../../types/index.ts";
import { type IntervalRow, intervalChart } from "../charts/interval-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import { formatPercent, formatPercentNumber, formatPoints } from "../format-number.ts";
import type { ReportData } from "../report-data.ts";
import { shownBracket } from "../verdict.ts";
import { nothingToShow, section } from "./section.ts";
import { sentenceWithNames } from "./untrusted-text.ts";

/** How much a perfect choice could gain, as a bracket between two estimates. */
export function attainableSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "attainable", title: "How much is there to gain?", simulated: data.simulated };
  const bracketed = [evaluation, ...data.evaluations].find((each) => (each?.attainable ?? null) !== null);
  const attainable = bracketed === undefined ? null : shownBracket(bracketed);
  if (bracketed === undefined || attainable === null) {
    return section(
      frame,
      nothingToShow(
        "The log asks every question once under each prompt, so the luck of a single answer cannot be told from a prompt that suits the question: what a perfect choice could reach is unknown. Logging each question a few times would show it. The oracle above is no such limit; it counts lucky answers.",
      ),
    );
  }
  const rows = chartRows(bracketed, attainable);
  return section(
    frame,
    html`<p class="finding">${sentenceWithNames(`A perfect choice would succeed on ${formatPercentNumber(attainable.lower)} to ${formatPercent(attainable.upper)} of the questions, where the best fixed prompt has ${formatPercent(attainable.fixedSuccess)}: there are ${formatPoints(attainable.lower - attainable.fixedSuccess)} to ${formatPoints(attainable.upper - attainable.fixedSuccess)} to gain.`)}</p>
<p>The lower end chooses a question's prompt by its other repeats, which a finite number of repeats makes too small (it is shown no lower than the fixed prompt, which a perfect choice may always take); the upper end takes the prompt with the best mean, which luck makes too large. No unbiased estimate exists. Figures here weigh a question by its rows, so they can differ a little from those above.</p>`,
    renderChart({
      description: `The attainable bracket. ${rows.map((row) => `${row.label}: ${row.text}`).join("; ")}.`,
      caption: html`<span class="key key-ours">▬ where a perfect choice lies</span> <span class="key key-ours">● choice per question</span> <span class="key">■ best fixed prompt</span> <span class="key">○ oracle of single answers, luck included</span>.`,
      draw: (width, narrow) =>
        intervalChart(
          rows,
          { title: "success, %", reference: attainable.fixedSuccess * 100, signed: false },
          width,
          narrow,
        ),
    }),
  );
}

function chartRows(
  evaluation: EvaluationResult,
  attainable: NonNullable<EvaluationResult["attainable"]>,
): IntervalRow[] {
  const success = (name: "argmax" | "oracle"): number | null =>
    evaluation.strategies.find((strategy) => strategy.name === name)?.success ?? null;
  const rows: IntervalRow[] = [
    {
      label: "Best fixed prompt",
      value: attainable.fixedSuccess * 100,
      interval: null,
      style: "baseline",
      text: formatPercent(attainable.fixedSuccess),
    },
  ];
  const choice = success("argmax");
  if (choice !== null) {
    rows.push({
      label: "Choice per question",
      value: choice * 100,
      interval: null,
      style: "ours",
      text: formatPercent(choice),
    });
  }
  rows.push({
    label: "Perfect choice",
    value: null,
    interval: [attainable.lower * 100, attainable.upper * 100],
    style: "ours",
    text: `${formatPercentNumber(attainable.lower)}–${formatPercent(attainable.upper)}`,
  });
  const oracle = success("oracle");
  if (oracle !== null) {
    rows.push({
      label: "Oracle",
      value: oracle * 100,
      interval: null,
      style: "hindsight",
      text: formatPercent(oracle),
    });
  }
  return rows;
}
