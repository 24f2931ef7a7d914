import { learningCurveChart } from "../charts/learning-curve-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import { formatPercent, formatPointsWithInterval, pluralize } from "../format-number.ts";
import type { ReportData } from "../report-data.ts";
import { foldedSection, nothingToShow } from "./section.ts";

/** What smaller logs would have given, and what a larger one may. */
export function learningCurveSection(data: ReportData): Html {
  const frame = { id: "learning", title: "Would a larger log help?", simulated: data.simulated };
  const points = data.learningCurve
    .filter((point) => point.questions > 0)
    .toSorted((a, b) => a.questions - b.questions);
  const { leftOut, drawn } = data.leftOutLogs;
  const remark =
    leftOut === 0
      ? null
      : html`<p>${leftOut} of the ${drawn} random logs that were drawn are left out: they held fewer than 3 different questions, or left none to judge by.</p>`;
  if (points.length === 0) {
    return foldedSection(frame, nothingToShow("No learning curve was computed for this log."), remark);
  }
  const described = points
    .map(
      (point) =>
        `${pluralize(point.questions, "question")}: ${formatPointsWithInterval(point.uplift, point.ci95)}, gate open in ${formatPercent(point.openShare, 0)}`,
    )
    .join("; ");
  return foldedSection(
    frame,
    renderChart({
      description: `Gain by size of the log. ${described}.`,
      caption: html`Above: mean gain of choosing per question over random logs of each size, drawn from this one; band: the 95 % interval of that mean (a little narrow, as the logs share questions); dashed: no gain. Below: the share of those logs on which the gate opened. The sizes are on a logarithmic scale.`,
      draw: (width, narrow) => learningCurveChart(points, width, narrow),
    }),
    remark,
  );
}
