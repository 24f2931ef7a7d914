import { scaleLinear } from "d3-scale";
import { area as areaPath, line } from "d3-shape";
import type { CandidateResult, FrontierPoint, KnobResult } from "../../types/index.ts";
import { html } from "../escape-html.ts";
import { displayName } from "../plain-text.ts";
import { AXIS_HEIGHT, AXIS_WIDTH, bottomAxis, leftAxis, roundTicks, withoutOverlap } from "./axes.ts";
import { CHARACTER_WIDTH, CHART_COLORS } from "./chart-theme.ts";
import { type Drawing, pixel } from "./drawing.ts";
import { pointMark } from "./marks.ts";

/** What the chart of success over cost shows. */
export interface FrontierDrawing {
  readonly candidates: readonly CandidateResult[];
  readonly frontier: readonly FrontierPoint[];
  readonly knob: KnobResult | null;
  readonly costUnit: string;
}

/** Names longer than this are cut. */
const LONGEST_NAME = 18;

/** Every candidate alone as a point, choosing per question as a curve with its band, the knob as a diamond. */
export function frontierChart(
  { candidates, frontier, knob, costUnit }: FrontierDrawing,
  width: number,
  narrow: boolean,
): Drawing {
  const area = { left: AXIS_WIDTH, right: width - 14, top: 14, bottom: 14 + (narrow ? 220 : 280) };
  const singles = candidates.flatMap(({ id, cost, success }) =>
    cost === null || success === null ? [] : [{ id, cost, success }],
  );
  const costs = [...singles, ...frontier].map(({ cost }) => cost);
  const successes = [
    ...singles.map(({ success }) => success),
    ...frontier.flatMap(({ successCi95 }) => successCi95),
  ].map((success) => 100 * success);
  const x = scaleLinear([Math.min(0, ...costs), Math.max(...costs)], [area.left, area.right]).nice(5);
  const y = scaleLinear([Math.min(...successes), Math.max(...successes)], [area.bottom, area.top]).nice(5);
  const along = [...frontier].sort((one, other) => one.cost - other.cost);
  const band = areaPath<FrontierPoint>(
    ({ cost }) => x(cost),
    ({ successCi95 }) => y(100 * successCi95[0]),
    ({ successCi95 }) => y(100 * successCi95[1]),
  ).digits(2)(along);
  const drawCurve = (success: (point: FrontierPoint) => number): string | null =>
    line<FrontierPoint>(
      ({ cost }) => x(cost),
      (point) => y(100 * success(point)),
    ).digits(2)(along);
  const { accent, ink, neutral } = CHART_COLORS;
  const names = singles.map(({ id, cost, success }) => {
    const name = displayName(id, LONGEST_NAME);
    // To the left of its point where it would leave the plot to the right.
    const isLeft = x(cost) + 8 + name.length * CHARACTER_WIDTH > area.right;
    return html`<text x="${pixel(x(cost) + (isLeft ? -8 : 8))}" y="${pixel(y(100 * success))}" dy="1.2em" text-anchor="${isLeft ? "end" : "start"}">${name}</text>`;
  });
  return {
    width,
    height: area.bottom + AXIS_HEIGHT,
    marks: [
      leftAxis(area, roundTicks(y, 5), { title: "right, %" }),
      bottomAxis(area, withoutOverlap(roundTicks(x, narrow ? 3 : 6)), {
        title: `cost of a question, ${displayName(costUnit, 24)}`,
      }),
      html`<path d="${band}" fill="${accent}" fill-opacity=".18"/>`,
      html`<path d="${drawCurve(({ mixedSuccess }) => mixedSuccess)}" fill="none" stroke="${neutral}" stroke-dasharray="4 3" stroke-width="1.5"/>`,
      html`<path d="${drawCurve(({ success }) => success)}" fill="none" stroke="${accent}" stroke-width="2.5"/>`,
      singles.map(({ cost, success }) =>
        pointMark(x(cost), y(100 * success), { color: ink, area: 60, shape: "square" }),
      ),
      html`<g fill="${ink}" font-size="${narrow ? 10 : 11}">${names}</g>`,
      knob === null
        ? null
        : pointMark(x(knob.cost), y(100 * knob.success), {
            ...{ color: accent, area: 130, shape: "diamond", outline: ink },
          }),
    ],
  };
}
