import type { Interval } from "../../types/index.ts";
import { plainText } from "../plain-text.ts";
import { CHART_COLORS } from "./chart-theme.ts";
import type { ChartSpecification } from "./render-chart.ts";

/** How a row is drawn; colour and shape say the same. */
export type IntervalStyle = "ours" | "baseline" | "other" | "hindsight" | "leaking";

/** One row: a point with its interval. Values in per cent or percentage points. */
export interface IntervalRow {
  readonly label: string;
  /** null draws the interval alone. */
  readonly value: number | null;
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

/** Pixels a character takes at most, on average, in wide system fonts: texts are laid out without measuring them. */
const LABEL_CHARACTER_WIDTH = 7.6;
const TEXT_CHARACTER_WIDTH = 7.2;
const LABEL_SIZE = 13;
const WIDEST_GUTTER = 270;
/** Below the plot: the axis, its labels and its title. */
const AXIS_HEIGHT = 46;
/** Distance of the text from its interval. */
const TEXT_GAP = 12;

/**
 * Points with intervals, one row each, in the order given. Where there is room, labels stand in a gutter on the
 * left; on a telephone each stands above its interval.
 */
export function intervalChart(
  rows: readonly IntervalRow[],
  options: IntervalChartOptions,
  width: number,
  narrow: boolean,
): ChartSpecification {
  const longestLabel = narrow ? 44 : Math.floor(WIDEST_GUTTER / LABEL_CHARACTER_WIDTH);
  const labels = distinctLabels(rows, longestLabel);
  const labelWidth = Math.min(longest(labels) * LABEL_CHARACTER_WIDTH, WIDEST_GUTTER);
  const gutter = narrow ? 0 : Math.ceil(labelWidth) + 20;
  const rowHeight = narrow ? 46 : 32;
  const plotWidth = width - gutter;
  const textWidth = longest(rows.map((row) => row.text)) * TEXT_CHARACTER_WIDTH + TEXT_GAP;
  const values = rows.map((row, index) => ({
    label: labels[index],
    value: row.value,
    lower: row.interval?.[0] ?? row.value ?? 0,
    upper: row.interval?.[1] ?? row.value ?? 0,
    text: row.text,
    color: STYLES[row.style].color,
    fill: STYLES[row.style].filled ? STYLES[row.style].color : CHART_COLORS.paper,
    shape: STYLES[row.style].shape,
  }));
  // On a telephone the label takes the upper part of its row, the interval the lower.
  const y = {
    field: "label",
    type: "nominal",
    sort: null,
    axis: null,
    scale: { type: "point", padding: 0.5 },
  };
  const below = narrow ? 8 : 0;
  const sign = options.signed ? "(datum.value > 0 ? '+' : '') + " : "";
  const x = {
    field: "value",
    type: "quantitative",
    title: options.title,
    scale: {
      domain: domainOf(values, options.reference),
      range: [8, plotWidth - textWidth],
      nice: false,
      zero: false,
    },
    axis: {
      grid: true,
      tickCount: narrow ? 4 : 6,
      labelFlush: false,
      titleAnchor: "start",
      labelExpr: `${sign}replace(format(datum.value, '.3~g'), '-', '−')`,
    },
  };
  const asGiven = (field: string) => ({ field, type: "nominal", scale: null, legend: null });
  const reference = {
    // Of its own single row: drawn over the chart's data it would be drawn once for each.
    data: { values: [{}] },
    mark: { type: "rule", color: CHART_COLORS.ink, strokeDash: [3, 3], strokeWidth: 1 },
    encoding: { x: { datum: options.reference } },
  };
  return {
    width: plotWidth,
    height: rows.length * rowHeight,
    autosize: "none",
    padding: { left: gutter, right: 0, top: narrow ? 6 : 2, bottom: AXIS_HEIGHT },
    data: { values },
    layer: [
      ...(options.reference === null ? [] : [reference]),
      {
        mark: { type: "rule", strokeWidth: 9, strokeCap: "round", strokeOpacity: 0.35, yOffset: below },
        encoding: { y, x: { ...x, field: "lower" }, x2: { field: "upper" }, stroke: asGiven("color") },
      },
      {
        mark: { type: "point", size: 95, strokeWidth: 2, opacity: 1, yOffset: below },
        encoding: {
          y,
          x,
          shape: asGiven("shape"),
          stroke: asGiven("color"),
          fill: asGiven("fill"),
        },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", dx: TEXT_GAP, dy: below },
        encoding: { y, x: { ...x, field: "upper" }, text: { field: "text" } },
      },
      // Over the lines of the grid a label stands on a halo of the page's colour.
      ...(narrow ? [labelLayer(y, gutter, { dy: -12, stroke: CHART_COLORS.paper, strokeWidth: 5 })] : []),
      labelLayer(y, gutter, { dy: narrow ? -12 : 0 }),
    ],
  } as ChartSpecification;
}

function labelLayer(y: object, gutter: number, look: object): object {
  return {
    mark: { type: "text", align: "left", baseline: "middle", fontSize: LABEL_SIZE, ...look },
    encoding: { y, x: { value: -gutter }, text: { field: "label" } },
  };
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/** Shown names cut short may coincide; a number keeps their rows apart. */
function distinctLabels(rows: readonly IntervalRow[], maxLength: number): string[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const label = plainText(row.label, maxLength);
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${plainText(row.label, maxLength - 5)} (${count})`;
  });
}

/** Room for every interval and the reference. */
function domainOf(
  values: readonly { lower: number; upper: number }[],
  reference: number | null,
): [number, number] {
  const inside = values.flatMap(({ lower, upper }) => [lower, upper]);
  if (reference !== null) inside.push(reference);
  const least = Math.min(...inside);
  const most = Math.max(...inside);
  const margin = Math.max((most - least) * 0.03, 0.05);
  return [least - margin, most + margin];
}
