import type { ScaleContinuousNumeric } from "d3-scale";
import { type Html, html } from "../escape-html.ts";
import { CHARACTER_WIDTH, CHART_COLORS } from "./chart-theme.ts";
import { type PlotArea, pixel } from "./drawing.ts";

/** Height in pixels of what stands below a plot: labels and title of its axis. */
export const AXIS_HEIGHT = 46;
/** Width in pixels of what stands beside a plot: title and labels of its axis. */
export const AXIS_WIDTH = 52;
const LABEL_GAP = 8;

/** A value named on an axis. */
export interface Tick {
  /** In pixels. */
  readonly at: number;
  readonly label: string;
}

/** What an axis shows beside its labels. */
export interface AxisOptions {
  readonly title: string;
  /** Lines across the plot. @default true */
  readonly grid?: boolean;
}

/** About so many round values of a scale. @param signed gains carry a plus */
export function roundTicks(
  scale: ScaleContinuousNumeric<number, number>,
  count: number,
  signed: boolean = false,
): Tick[] {
  const format = scale.tickFormat(count);
  return scale
    .ticks(count)
    .map((value) => ({ at: scale(value), label: `${signed && value > 0 ? "+" : ""}${format(value)}` }));
}

/** Ticks along a horizontal axis without those whose labels would touch a later one's; the last always stays. */
export function withoutOverlap(ticks: readonly Tick[]): Tick[] {
  const kept: Tick[] = [];
  let free = Number.POSITIVE_INFINITY;
  for (const tick of [...ticks].sort((one, other) => other.at - one.at)) {
    const half = (tick.label.length * CHARACTER_WIDTH) / 2;
    if (tick.at + half > free) continue;
    kept.unshift(tick);
    free = tick.at - half - LABEL_GAP;
  }
  return kept;
}

/** The axis below a plot. */
export function bottomAxis(
  area: PlotArea,
  ticks: readonly Tick[],
  { title, grid = true, titleAtStart = false }: AxisOptions & { readonly titleAtStart?: boolean },
): Html {
  const [titleX, anchor] = titleAtStart
    ? ([area.left, "start"] as const)
    : ([(area.left + area.right) / 2, "middle"] as const);
  return html`${grid ? gridLines(ticks.map(({ at }) => [at, area.top, at, area.bottom])) : null}<g fill="${CHART_COLORS.muted}" text-anchor="middle">${ticks.map(
    ({ at, label }) => html`<text x="${pixel(at)}" y="${area.bottom + LABEL_GAP + 10}">${label}</text>`,
  )}<text x="${pixel(titleX)}" y="${area.bottom + AXIS_HEIGHT - 7}" text-anchor="${anchor}">${title}</text></g>`;
}

/** The axis to the left of a plot. */
export function leftAxis(area: PlotArea, ticks: readonly Tick[], { title, grid = true }: AxisOptions): Html {
  const middle = pixel((area.top + area.bottom) / 2);
  const titleX = area.left - AXIS_WIDTH + 13;
  return html`${grid ? gridLines(ticks.map(({ at }) => [area.left, at, area.right, at])) : null}<g fill="${CHART_COLORS.muted}">${ticks.map(
    ({ at, label }) =>
      html`<text x="${area.left - LABEL_GAP}" y="${pixel(at)}" dy=".32em" text-anchor="end">${label}</text>`,
  )}<text transform="translate(${titleX},${middle}) rotate(-90)" text-anchor="middle">${title}</text></g>`;
}

function gridLines(lines: readonly (readonly [x1: number, y1: number, x2: number, y2: number])[]): Html {
  return html`<g stroke="${CHART_COLORS.line}">${lines.map(
    ([x1, y1, x2, y2]) =>
      html`<line x1="${pixel(x1)}" y1="${pixel(y1)}" x2="${pixel(x2)}" y2="${pixel(y2)}"/>`,
  )}</g>`;
}
