import type { CalibrationBin } from "../report-data.ts";
import { CHART_COLORS } from "./chart-theme.ts";
import type { ChartSpecification } from "./render-chart.ts";

/** Predicted against observed success, per cent; the area of a point is its number of pairs. */
export function calibrationChart(
  bins: readonly CalibrationBin[],
  width: number,
  narrow: boolean,
): ChartSpecification {
  const values = bins.map((bin) => ({
    predicted: bin.predicted * 100,
    observed: bin.observed * 100,
    pairs: bin.pairs,
  }));
  const scale = { domain: [0, 100], nice: false };
  const side = narrow ? width : Math.min(width, 460);
  return {
    width: side,
    height: narrow ? 300 : 380,
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    layer: [
      {
        data: { values: [{ from: 0, to: 100 }] },
        mark: { type: "rule", color: CHART_COLORS.ink, strokeDash: [3, 3], strokeWidth: 1 },
        encoding: {
          x: { field: "from", type: "quantitative", scale },
          y: { field: "from", type: "quantitative", scale },
          x2: { field: "to" },
          y2: { field: "to" },
        },
      },
      {
        mark: { type: "line", color: CHART_COLORS.accent, strokeWidth: 1.5, strokeOpacity: 0.6 },
        encoding: {
          x: { field: "predicted", type: "quantitative" },
          y: { field: "observed", type: "quantitative" },
        },
      },
      {
        mark: {
          type: "point",
          shape: "circle",
          filled: true,
          color: CHART_COLORS.accent,
          stroke: CHART_COLORS.paper,
          strokeWidth: 1.5,
          opacity: 1,
        },
        encoding: {
          x: {
            field: "predicted",
            type: "quantitative",
            scale,
            title: "predicted success, %",
            axis: { values: [0, 25, 50, 75, 100], labelFlush: false },
          },
          y: {
            field: "observed",
            type: "quantitative",
            scale,
            title: "observed success, %",
            axis: { values: [0, 25, 50, 75, 100], labelFlush: false },
          },
          size: {
            field: "pairs",
            type: "quantitative",
            legend: null,
            scale: { type: "linear", domainMin: 0, range: [30, narrow ? 350 : 520] },
          },
        },
      },
    ],
  } as ChartSpecification;
}
