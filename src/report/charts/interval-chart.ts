import { scaleLinear } from "d3-scale";
import type { Interval } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import { plainText } from "../plain-text.ts";
import { AXIS_HEIGHT, bottomAxis, roundTicks } from "./axes.ts";
import { CHARACTER_WIDTH, CHART_COLORS } from "./chart-theme.ts";
import { type Drawing, pixel } from "./drawing.ts";
import { type MarkShape, pointMark, referenceLine } from "./marks.ts";

/** How a row is drawn; color and shape say the same. */
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

const STYLES: Readonly<Record<IntervalStyle, { color: string; shape: MarkShape; hollow: boolean }>> = {
  ours: { color: CHART_COLORS.accent, shape: "circle", hollow: false },
  baseline: { color: CHART_COLORS.neutral, shape: "square", hollow: false },
  other: { color: CHART_COLORS.neutral, shape: "triangle", hollow: false },
  hindsight: { color: CHART_COLORS.neutral, shape: "circle", hollow: true },
  leaking: { color: CHART_COLORS.caution, shape: "diamond", hollow: true },
};

/** Size in pixels of the rows' labels, and what a character of it takes at most, on average. */
const LABEL_SIZE = 13;
const LABEL_CHARACTER_WIDTH = 7.6;
const WIDEST_GUTTER = 270;
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
): Drawing {
  const longestLabel = narrow ? 44 : Math.floor(WIDEST_GUTTER / LABEL_CHARACTER_WIDTH);
  const labels = distinctLabels(rows, longestLabel);
  const labelWidth = Math.min(longest(labels) * LABEL_CHARACTER_WIDTH, WIDEST_GUTTER);
  const rowHeight = narrow ? 46 : 32;
  const top = narrow ? 6 : 2;
  const area = {
    left: (narrow ? 0 : Math.ceil(labelWidth) + 20) + 8,
    right: width - longest(rows.map((row) => row.text)) * CHARACTER_WIDTH - TEXT_GAP,
    top,
    bottom: top + rows.length * rowHeight,
  };
  const x = scaleLinear(findDomain(rows, options.reference), [area.left, area.right]);
  const drawn = rows.map((row, index) => {
    const middle = area.top + (index + 0.5) * rowHeight;
    // On a telephone the label takes the upper part of its row, the interval the lower.
    return rowMarks(row, x, middle + (narrow ? 8 : 0), {
      text: labels[index] ?? "",
      y: middle - (narrow ? 12 : 0),
    });
  });
  const ticks = roundTicks(x, narrow ? 4 : 6, options.signed);
  return {
    width,
    height: area.bottom + AXIS_HEIGHT,
    marks: html`${bottomAxis(area, ticks, { title: options.title, titleAtStart: true })}${
      options.reference === null
        ? null
        : referenceLine(x(options.reference), area.top, x(options.reference), area.bottom)
    }${drawn}`,
  };
}

/** The interval as a bar, the point on it, what it says to its right, and the row's label. */
function rowMarks(
  row: IntervalRow,
  x: (value: number) => number,
  y: number,
  label: { readonly text: string; readonly y: number },
): Html {
  const { color, ...shape } = STYLES[row.style];
  const [lower, upper] = findBounds(row).map(x) as [number, number];
  const point =
    row.value === null ? null : pointMark(x(row.value), y, { ...shape, color, area: 95, strokeWidth: 2 });
  // Over the lines of the grid a label stands on a halo of the page's color.
  return html`<line x1="${pixel(lower)}" y1="${y}" x2="${pixel(upper)}" y2="${y}" stroke="${color}" stroke-width="9" stroke-linecap="round" stroke-opacity=".35"/>${point}<g fill="${CHART_COLORS.ink}"><text x="${pixel(upper + TEXT_GAP)}" y="${y}" dy=".32em">${row.text}</text><text x="0" y="${label.y}" dy=".32em" font-size="${LABEL_SIZE}" stroke="${CHART_COLORS.paper}" stroke-width="5" paint-order="stroke">${label.text}</text></g>`;
}

/** Ends of a row's bar: without an interval it has no length, without a value either it stands at nothing. */
function findBounds(row: IntervalRow): Interval {
  return row.interval ?? [row.value ?? 0, row.value ?? 0];
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
function findDomain(rows: readonly IntervalRow[], reference: number | null): [number, number] {
  const inside = rows.flatMap(findBounds);
  if (reference !== null) inside.push(reference);
  const least = Math.min(...inside);
  const most = Math.max(...inside);
  const margin = Math.max((most - least) * 0.03, 0.05);
  return [least - margin, most + margin];
}
