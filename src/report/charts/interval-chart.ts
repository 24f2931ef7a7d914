import type { Interval } from "../../types/index.ts";
import { CHART_COLORS, ROW_HEIGHT } from "./chart-theme.ts";
import type { ChartSpecification } from "./render-chart.ts";

/** How a row is drawn; colour and shape say the same. */
export type IntervalStyle = "ours" | "baseline" | "other" | "hindsight" | "leaking";

/** One row: a point with its interval. Values in per cent or percentage points. */
export interface IntervalRow {
  readonly label: string;
  readonly value: number;
  readonly interval: Interval | null;
  readonly style: IntervalStyle;
  /** Written beside the point. */
  readonly text: string;
}

/** What the rows are measured in. */
export interface IntervalChartOptions {
  /** Title of the horizontal axis. */
  readonly title: string;
  /** Draws a vertical line to compare with: at zero, or at the fixed prompt's success. */
  readonly reference: number | null;
  /** Labels of the axis carry a sign. */
  readonly signed: boolean;
}

const STYLES: Readonly<Record<IntervalStyle, { color: string; shape: string; filled: boolean }>> = {
  ours: { color: CHART_COLORS.accent, shape: "circle", filled: true },
  baseline: { color: CHART_COLORS.neutral, shape: "square", filled: true },
  other: { color: CHART_COLORS.neutral, shape: "triangle-up", filled: true },
  hindsight: { color: CHART_COLORS.neutral, shape: "circle", filled: false },
  leaking: { color: CHART_COLORS.caution, shape: "diamond", filled: false },
};

/** Points with intervals, one row each, in the order given. */
export function intervalChart(
  rows: readonly IntervalRow[],
  options: IntervalChartOptions,
  width: number,
  narrow: boolean,
): ChartSpecification {
  const labels = distinctLabels(rows);
  const values = rows.map((row, index) => ({
    label: labels[index],
    value: row.value,
    lower: row.interval?.[0] ?? row.value,
    upper: row.interval?.[1] ?? row.value,
    text: row.text,
    color: STYLES[row.style].color,
    fill: STYLES[row.style].filled ? STYLES[row.style].color : CHART_COLORS.paper,
    shape: STYLES[row.style].shape,
  }));
  const y = {
    field: "label",
    type: "nominal" as const,
    title: null,
    sort: null,
    axis: { labelLimit: narrow ? 128 : 230, grid: false },
  };
  const sign = options.signed ? "(datum.value > 0 ? '+' : '') + " : "";
  const x = {
    field: "value",
    type: "quantitative" as const,
    title: options.title,
    scale: { domain: paddedDomain(values, options.reference, narrow ? 0.3 : 0.16), nice: false, zero: false },
    axis: {
      tickCount: narrow ? 4 : 7,
      labelExpr: `${sign}replace(format(datum.value, '.3~g'), '-', '−')`,
    },
  };
  const color = (field: "color" | "fill") => ({ field, type: "nominal" as const, scale: null, legend: null });
  return {
    width,
    height: rows.length * ROW_HEIGHT,
    autosize: { type: "fit-x", contains: "padding" },
    data: { values },
    layer: [
      ...(options.reference === null
        ? []
        : [
            {
              mark: { type: "rule" as const, color: CHART_COLORS.ink, strokeDash: [3, 3], strokeWidth: 1 },
              encoding: { x: { datum: options.reference } },
            },
          ]),
      {
        mark: { type: "rule", strokeWidth: 8, strokeCap: "round", strokeOpacity: 0.28 },
        encoding: {
          y,
          x: { ...x, field: "lower" },
          x2: { field: "upper" },
          stroke: color("color"),
        },
      },
      {
        mark: { type: "point", size: 90, strokeWidth: 2, opacity: 1 },
        encoding: {
          y,
          x,
          shape: { field: "shape", type: "nominal", scale: null, legend: null },
          stroke: color("color"),
          fill: color("fill"),
        },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", dx: 12 },
        encoding: { y, x: { ...x, field: "upper" }, text: { field: "text" } },
      },
    ],
  } as ChartSpecification;
}

/** Shown names cut short may coincide; a number keeps their rows apart. */
function distinctLabels(rows: readonly IntervalRow[]): string[] {
  const seen = new Map<string, number>();
  return rows.map(({ label }) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}

/** Room for every interval and the reference, and on the right for the text beside the last point. */
function paddedDomain(
  values: readonly { lower: number; upper: number }[],
  reference: number | null,
  textShare: number,
): [number, number] {
  const inside = values.flatMap(({ lower, upper }) => [lower, upper]);
  if (reference !== null) inside.push(reference);
  const least = Math.min(...inside);
  const span = Math.max(Math.max(...inside) - least, 0.1);
  return [least - span * 0.05, least + span * (1 + textShare / (1 - textShare))];
}
