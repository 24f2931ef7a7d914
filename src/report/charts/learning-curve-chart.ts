import type { LearningCurvePoint } from "../report-data.ts";
import { CHART_COLORS } from "./chart-theme.ts";
import type { ChartSpecification } from "./render-chart.ts";

/** Uplift over the fixed prompt by size of the log with its interval, and how often the gate opened, one below the other. */
export function learningCurveChart(
  points: readonly LearningCurvePoint[],
  width: number,
  narrow: boolean,
): ChartSpecification {
  const sizes = points.map((point) => point.questions);
  const values = points.map((point) => ({
    questions: point.questions,
    uplift: point.uplift * 100,
    lower: point.ci95[0] * 100,
    upper: point.ci95[1] * 100,
    shipped: point.shipped * 100,
    shippedText: `${Math.round(point.shipped * 100)} %`,
  }));
  const first = Math.min(...sizes);
  const last = Math.max(...sizes);
  const x = {
    field: "questions",
    type: "quantitative" as const,
    scale: {
      type: "log" as const,
      domain: [first / 1.15, Math.max(last, first * 1.5) * 1.15],
      nice: false,
      padding: 0,
    },
    axis: {
      values: narrow ? everySecond(sizes) : sizes,
      format: ",d",
      grid: false,
      labelOverlap: true,
      labelFlush: false,
    },
  };
  const inside = width - 62;
  const signed = "(datum.value > 0 ? '+' : '') + replace(format(datum.value, '.3~g'), '-', '−')";
  const uplift = {
    type: "quantitative" as const,
    title: "uplift, pp",
    axis: { tickCount: 5, labelExpr: signed },
  };
  return {
    data: { values },
    vconcat: [
      {
        width: inside,
        height: narrow ? 170 : 230,
        layer: [
          {
            mark: { type: "area", color: CHART_COLORS.accent, fillOpacity: 0.18 },
            encoding: {
              x: { ...x, title: null, axis: { ...x.axis, labels: false } },
              y: { field: "lower", ...uplift },
              y2: { field: "upper" },
            },
          },
          {
            data: { values: [{}] },
            mark: { type: "rule", color: CHART_COLORS.ink, strokeDash: [3, 3], strokeWidth: 1 },
            encoding: { y: { datum: 0 } },
          },
          // Each size's own interval, which the band does not show where there is but one size.
          {
            mark: { type: "rule", color: CHART_COLORS.accent, strokeWidth: 1.5, strokeOpacity: 0.45 },
            encoding: { x, y: { field: "lower", ...uplift }, y2: { field: "upper" } },
          },
          {
            mark: { type: "line", color: CHART_COLORS.accent, strokeWidth: 2.5 },
            encoding: { x, y: { field: "uplift", ...uplift } },
          },
          {
            mark: { type: "point", filled: true, color: CHART_COLORS.accent, size: 60, opacity: 1 },
            encoding: { x, y: { field: "uplift", ...uplift } },
          },
        ],
      },
      {
        width: inside,
        height: 64,
        layer: [
          {
            mark: { type: "bar", color: CHART_COLORS.neutral, width: narrow ? 12 : 20, fillOpacity: 0.55 },
            encoding: {
              x: { ...x, title: "questions in the log" },
              y: {
                field: "shipped",
                type: "quantitative",
                title: "gate open",
                scale: { domain: [0, 130] },
                axis: { labels: false, grid: false },
              },
            },
          },
          {
            mark: { type: "text", baseline: "bottom", dy: -4, fontSize: narrow ? 10 : 11 },
            encoding: {
              x,
              y: { field: "shipped", type: "quantitative" },
              text: { field: "shippedText" },
            },
          },
        ],
      },
    ],
    spacing: 8,
  } as ChartSpecification;
}

/** Every second size, the last one always among them. */
function everySecond(sizes: readonly number[]): number[] {
  return sizes.filter((_, index) => (sizes.length - 1 - index) % 2 === 0);
}
