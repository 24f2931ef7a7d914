import type { EvaluationResult, RewardModelQuality } from "../../types/index.ts";
import { calibrationChart } from "../charts/calibration-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import { formatCount, formatMeasure, formatPercent, formatPoints } from "../format-number.ts";
import type { ReportData } from "../report-data.ts";
import { dataTable, foldedSection, nothingToShow } from "./section.ts";
import { selfCriticPart } from "./self-critic.ts";

/** Whether predicted success rates come true, and how well the reward model ranks. */
export function calibrationSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "calibration", title: "Do the predictions come true?", simulated: data.simulated };
  const bins = data.calibration.filter((bin) => bin.pairs > 0);
  const described = bins
    .map((bin) => `predicted ${formatPercent(bin.predicted, 0)}, observed ${formatPercent(bin.observed, 0)}`)
    .join("; ");
  const chart =
    bins.length === 0
      ? nothingToShow("There are no predictions on test questions to compare with what happened.")
      : renderChart({
          description: `Calibration of the reward model. ${described}.`,
          caption: html`Each dot: (question, prompt) pairs of similar prediction, its area their number. On the dashed line a prediction of 60 % comes true 60 times in 100; below it the reward model is too confident, above it too cautious.`,
          draw: (width, narrow) => calibrationChart(bins, width, narrow),
        });
  return foldedSection(
    frame,
    html`<div class="beside">${chart}${qualityTable(evaluation)}</div>`,
    selfCriticPart(evaluation?.selfCritic),
  );
}

const MEASURES: readonly (readonly [
  title: string,
  explanation: string,
  value: (quality: RewardModelQuality) => string,
])[] = [
  ["Ranks prompts", "within-question AUC; 0.5 is chance", (each) => formatMeasure(each.withinQueryAuc)],
  ["Ranks all pairs", "AUC; 0.5 is chance", (each) => formatMeasure(each.auc)],
  ["Accuracy", "right or wrong, at one half", (each) => formatPercent(each.accuracy)],
  ["Precision", "of those called right", (each) => formatPercent(each.precision)],
  ["Log-loss", "smaller is better", (each) => formatMeasure(each.logLoss)],
  ["Calibration error", "expected, ten bins", (each) => formatPoints(each.ece).replace("+", "")],
  ["Pairs", "with labels", (each) => formatCount(each.pairs)],
];

/** One column for the training prompts and one for the held-out ones, where either was measured. */
function qualityTable(evaluation: EvaluationResult | undefined): Html | null {
  if (evaluation === undefined) return null;
  const { seen, heldOut } = evaluation.rewardModelQuality;
  const columns = [
    { title: "Training prompts", quality: seen },
    { title: "Held-out prompts", quality: heldOut },
  ].flatMap(({ title, quality }) => (quality === null ? [] : [{ title, quality }]));
  if (columns.length === 0) return null;
  return dataTable(
    "Quality of the reward model on test questions",
    [{ title: "Measure" }, ...columns.map(({ title }) => ({ title, numeric: true }))],
    MEASURES.map(([title, explanation, value]) => ({
      cells: [
        html`${title}<span class="what-it-is">${explanation}</span>`,
        ...columns.map(({ quality }) => value(quality)),
      ],
    })),
  );
}
