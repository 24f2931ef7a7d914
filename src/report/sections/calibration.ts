import type { EvaluationResult, RewardModelQuality } from "../../types/index.ts";
import { calibrationChart } from "../charts/calibration-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import { formatCount, formatMeasure, formatPercent, formatPoints } from "../format-number.ts";
import type { ReportData } from "../report-data.ts";
import { dataTable, nothingToShow, section, type TableRow } from "./section.ts";

/** Whether predicted success rates come true, and how well the reward model ranks. */
export async function calibrationSection(
  data: ReportData,
  evaluation: EvaluationResult | undefined,
): Promise<Html> {
  const frame = { id: "calibration", title: "Do the predictions come true?", simulated: data.simulated };
  const bins = data.calibration.filter((bin) => bin.pairs > 0);
  const described = bins
    .map((bin) => `predicted ${formatPercent(bin.predicted, 0)}, observed ${formatPercent(bin.observed, 0)}`)
    .join("; ");
  const chart =
    bins.length === 0
      ? nothingToShow("There are no predictions on test questions to compare with what happened.")
      : await renderChart({
          description: `Calibration of the reward model. ${described}.`,
          caption: html`Each dot: (question, prompt) pairs of similar prediction, its area their number. On the dashed line a prediction of 60 % comes true 60 times in 100; below it the reward model is too confident, above it too cautious.`,
          specification: (width, narrow) => calibrationChart(bins, width, narrow),
        });
  return section(frame, html`<div class="beside">${chart}${quality(evaluation)}</div>`);
}

function quality(evaluation: EvaluationResult | undefined): Html | null {
  if (evaluation === undefined) return null;
  const { seen, heldOut } = evaluation.rewardModel;
  if (seen === null && heldOut === null) return null;
  const columns = [seen, heldOut];
  const row = (title: Html, value: (quality: RewardModelQuality) => string): TableRow => ({
    cells: [title, ...columns.map((each) => (each === null ? "–" : value(each)))],
  });
  const named = (title: string, explanation: string): Html =>
    html`${title}<span class="what-it-is">${explanation}</span>`;
  return dataTable(
    "Quality of the reward model on test questions",
    [
      { title: "Measure" },
      { title: "Training prompts", numeric: true },
      { title: "Held-out prompts", numeric: true },
    ],
    [
      row(named("Ranks prompts", "within-question AUC; 0.5 is chance"), (each) =>
        formatMeasure(each.withinQueryAuc),
      ),
      row(named("Ranks all pairs", "AUC; 0.5 is chance"), (each) => formatMeasure(each.auc)),
      row(named("Accuracy", "right or wrong, at one half"), (each) => formatPercent(each.accuracy)),
      row(named("Precision", "of those called right"), (each) => formatPercent(each.precision)),
      row(named("Log-loss", "smaller is better"), (each) => formatMeasure(each.logLoss)),
      row(named("Calibration error", "expected, ten bins"), (each) =>
        formatPoints(each.ece).replace("+", ""),
      ),
      row(named("Pairs", "with labels"), (each) => formatCount(each.pairs)),
    ],
  );
}
