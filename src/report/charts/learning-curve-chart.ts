import { scaleLinear, scaleLog } from "d3-scale";
import { area as areaPath, line } from "d3-shape";
import { html } from "../escape-html.ts";
import { formatCount } from "../format-number.ts";
import type { LearningCurvePoint } from "../report-data.ts";
import { AXIS_HEIGHT, AXIS_WIDTH, bottomAxis, leftAxis, roundTicks, withoutOverlap } from "./axes.ts";
import { CHART_COLORS } from "./chart-theme.ts";
import { type Drawing, type PlotArea, pixel } from "./drawing.ts";
import { pointMark, referenceLevel } from "./marks.ts";

/** Height in pixels of the plot of the gate, and of what parts it from the plot above it. */
const GATE_HEIGHT = 64;
const GAP = 24;

/** Uplift over the fixed prompt by size of the log with its interval, and how often the gate opened, one below the other. */
export function learningCurveChart(
  points: readonly LearningCurvePoint[],
  width: number,
  narrow: boolean,
): Drawing {
  const sizes = points.map((point) => point.questions);
  const [first, last] = [Math.min(...sizes), Math.max(...sizes)];
  const upper = { left: AXIS_WIDTH, right: width - 10, top: 10, bottom: 10 + (narrow ? 170 : 230) };
  const lower = { ...upper, top: upper.bottom + GAP, bottom: upper.bottom + GAP + GATE_HEIGHT };
  const x = scaleLog([first / 1.15, Math.max(last, first * 1.5) * 1.15], [upper.left, upper.right]);
  const ticks = withoutOverlap(sizes.map((size) => ({ at: x(size), label: formatCount(size) })));
  return {
    width,
    height: lower.bottom + AXIS_HEIGHT,
    marks: [
      upliftMarks(points, upper, x),
      leftAxis(lower, [], { title: "gate open" }),
      bottomAxis(lower, ticks, { title: "questions in the log", grid: false }),
      gateMarks(points, lower, x, narrow),
    ],
  };
}

/** The curve, and around it the band of its intervals. */
function upliftMarks(
  points: readonly LearningCurvePoint[],
  area: PlotArea,
  x: (questions: number) => number,
) {
  const bounds = points.flatMap(({ ci95 }) => ci95);
  const y = scaleLinear(
    [100 * Math.min(0, ...bounds), 100 * Math.max(0, ...bounds)],
    [area.bottom, area.top],
  ).nice(5);
  const drawn = points.map(({ questions, uplift, ci95 }) => ({
    x: x(questions),
    y: y(100 * uplift),
    lower: y(100 * ci95[0]),
    upper: y(100 * ci95[1]),
  }));
  type Drawn = (typeof drawn)[number];
  const across = (point: Drawn): number => point.x;
  const band = areaPath<Drawn>(
    across,
    ({ lower }) => lower,
    ({ upper }) => upper,
  ).digits(2)(drawn);
  const curve = line<Drawn>(across, (point) => point.y).digits(2)(drawn);
  const { accent } = CHART_COLORS;
  // Each size's own interval too, which the band does not show where there is but one size.
  const intervals = drawn.map(
    (point) =>
      html`<line x1="${pixel(point.x)}" y1="${pixel(point.lower)}" x2="${pixel(point.x)}" y2="${pixel(point.upper)}"/>`,
  );
  return html`${leftAxis(area, roundTicks(y, 5, true), { title: "gain, points" })}<path d="${band}" fill="${accent}" fill-opacity=".18"/>${referenceLevel(area, y(0))}<g stroke="${accent}" stroke-width="1.5" stroke-opacity=".45">${intervals}</g><path d="${curve}" fill="none" stroke="${accent}" stroke-width="2.5"/>${drawn.map((point) => pointMark(point.x, point.y, { color: accent, area: 50 }))}`;
}

/** For each size a bar as high as the share of logs on which the gate opened, and the share above it. */
function gateMarks(
  points: readonly LearningCurvePoint[],
  area: PlotArea,
  x: (questions: number) => number,
  narrow: boolean,
) {
  // Above the highest bar there is room for what it says.
  const y = scaleLinear([0, 1.3], [area.bottom, area.top]);
  const barWidth = narrow ? 12 : 20;
  const bars = points.map(
    ({ questions, openShare }) =>
      html`<rect x="${pixel(x(questions) - barWidth / 2)}" y="${pixel(y(openShare))}" width="${barWidth}" height="${pixel(area.bottom - y(openShare))}"/>`,
  );
  const shares = points.map(
    ({ questions, openShare }) =>
      html`<text x="${pixel(x(questions))}" y="${pixel(y(openShare) - 6)}">${Math.round(openShare * 100)} %</text>`,
  );
  return html`<g fill="${CHART_COLORS.neutral}" fill-opacity=".55">${bars}</g><g fill="${CHART_COLORS.ink}" font-size="${narrow ? 10 : 11}" text-anchor="middle">${shares}</g>`;
}
