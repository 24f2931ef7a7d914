import type { EvaluationResult } from "../../types/index.ts";
import { type IntervalRow, intervalChart } from "../charts/interval-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import {
  formatCount,
  formatPercent,
  formatPoints,
  formatPointsWithInterval,
  NO_VALUE,
} from "../format-number.ts";
import type { ReportData } from "../report-data.ts";
import { PROTOCOL_LABELS } from "../strategy-labels.ts";
import { hasLeak } from "../verdict.ts";
import { dataTable, foldedSection, nothingToShow, withInterval } from "./section.ts";
import { sentenceWithNames } from "./untrusted-text.ts";

/** Which test questions were also in training, and what the paper's protocol would claim because of them. */
export function leakSection(data: ReportData): Html {
  const frame = { id: "leak", title: "Are the test questions new?", simulated: data.simulated };
  if (data.evaluations.length === 0)
    return foldedSection(frame, nothingToShow("No evaluation has been run."));
  const rows = data.evaluations.flatMap(chartRow);
  const chart =
    rows.length < 2
      ? null
      : renderChart({
          description: `What choosing per question seems to gain over the best single prompt, by protocol. ${rows.map((row) => `${row.label}: ${row.text}`).join("; ")}.`,
          caption: html`Gain of choosing per question, with its 95 % interval. <span class="key key-ours">● new questions only</span> <span class="key key-leaking">◇ test questions seen in training</span>. Dashed: no gain.`,
          draw: (width, narrow) =>
            intervalChart(rows, { title: "gain, points", reference: 0, signed: true }, width, narrow),
        });
  return foldedSection(
    frame,
    html`<p class="finding">${sentenceWithNames(finding(data.evaluations))}</p>`,
    chart,
    dataTable(
      "Test questions that also stand in the training rows, by protocol",
      [
        { title: "Protocol" },
        { title: "Tested on", numeric: true },
        { title: "Also in training", numeric: true },
        { title: "Fixed", numeric: true },
        { title: "Per question", numeric: true },
        { title: "Gain [95\u00a0%]", numeric: true },
      ],
      data.evaluations.map((evaluation) => ({ cells: tableCells(evaluation) })),
    ),
  );
}

function findChoice(evaluation: EvaluationResult): EvaluationResult["strategies"][number] | undefined {
  return evaluation.strategies.find((strategy) => strategy.name === "argmax");
}

/** What the protocols say together, in words. */
function finding(evaluations: readonly EvaluationResult[]): string {
  const leaking = evaluations.find(hasLeak);
  const clean = evaluations.find((evaluation) => !hasLeak(evaluation));
  if (leaking === undefined) {
    return evaluations.some((evaluation) => evaluation.protocol === "paper")
      ? "No test question stands in the training rows, under the paper's protocol neither: the figures measure what they should."
      : "No test question stands in the training rows, after masking numbers and folding case and space. The log does not mark published train and test rows, so the paper's protocol does not apply.";
  }
  const { alsoInTrain, testQuestions } = leaking.leak;
  const seen = `Under ${PROTOCOL_LABELS[leaking.protocol]} ${formatCount(alsoInTrain)} of ${formatCount(testQuestions)} test questions were seen in training`;
  const claimed = findChoice(leaking)?.uplift ?? null;
  const real = clean === undefined ? null : (findChoice(clean)?.uplift ?? null);
  if (claimed === null || clean === undefined || real === null) {
    return `${seen}, so its figures measure recall.`;
  }
  return `${seen}. It would claim ${formatPoints(claimed)}; on questions never seen (${PROTOCOL_LABELS[clean.protocol]}) the gain is ${formatPointsWithInterval(real, findChoice(clean)?.upliftCi95 ?? null)}.`;
}

function chartRow(evaluation: EvaluationResult): IntervalRow[] {
  const choice = findChoice(evaluation);
  if (choice === undefined || choice.uplift === null) return [];
  return [
    {
      label: PROTOCOL_LABELS[evaluation.protocol],
      value: choice.uplift * 100,
      interval: choice.upliftCi95 === null ? null : [choice.upliftCi95[0] * 100, choice.upliftCi95[1] * 100],
      style: hasLeak(evaluation) ? "leaking" : "ours",
      text: formatPoints(choice.uplift),
    },
  ];
}

function tableCells(evaluation: EvaluationResult): Html[] {
  const choice = findChoice(evaluation);
  const { testQuestions, alsoInTrain } = evaluation.leak;
  return [
    html`${PROTOCOL_LABELS[evaluation.protocol]}`,
    html`${formatCount(testQuestions)}`,
    html`${hasLeak(evaluation) ? html`<strong class="leaking">${formatCount(alsoInTrain)} (leak)</strong>` : "0"}`,
    html`${formatPercent(evaluation.fixed.success)}`,
    html`${formatPercent(choice?.success ?? null)}`,
    choice === undefined || choice.uplift === null
      ? html`${NO_VALUE}`
      : withInterval(formatPoints(choice.uplift), choice.upliftCi95),
  ];
}
