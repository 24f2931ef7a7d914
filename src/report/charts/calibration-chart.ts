import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { html } from "../escape-html.ts";
import type { CalibrationBin } from "../report-data.ts";
import { AXIS_HEIGHT, AXIS_WIDTH, bottomAxis, leftAxis } from "./axes.ts";
import { CHART_COLORS } from "./chart-theme.ts";
import type { Drawing } from "./drawing.ts";
import { pointMark, referenceLine } from "./marks.ts";

/** Area in square pixels of a point that stands for no pair, and by how much that of the most pairs is larger. */
const SMALLEST_AREA = 30;
const AREA_RANGE = { narrow: 320, wide: 490 };

/** Predicted against observed success, per cent; the area of a point grows with its number of pairs. */
export function calibrationChart(bins: readonly CalibrationBin[], width: number, narrow: boolean): Drawing {
  const side = narrow ? width : Math.min(width, 460);
  const height = narrow ? 300 : 380;
  // Room above and on the right for half a label, and for half a point that stands at the edge.
  const area = { left: AXIS_WIDTH, right: side - 16, top: 10, bottom: height - AXIS_HEIGHT };
  const x = scaleLinear([0, 1], [area.left, area.right]);
  const y = scaleLinear([0, 1], [area.bottom, area.top]);
  const ticks = (scale: typeof x) =>
    [0, 25, 50, 75, 100].map((percent) => ({ at: scale(percent / 100), label: String(percent) }));
  const most = Math.max(...bins.map(({ pairs }) => pairs), 1);
  const path = line<CalibrationBin>()
    .x((bin) => x(bin.predicted))
    .y((bin) => y(bin.observed))
    .digits(2)(bins);
  return {
    width: side,
    height,
    marks: html`${bottomAxis(area, ticks(x), { title: "predicted success, %" })}${leftAxis(area, ticks(y), {
      title: "observed success, %",
    })}${referenceLine(x(0), y(0), x(1), y(1))}<path d="${path}" fill="none" stroke="${CHART_COLORS.accent}" stroke-width="1.5" stroke-opacity=".6"/>${bins.map(
      ({ predicted, observed, pairs }) =>
        pointMark(x(predicted), y(observed), {
          color: CHART_COLORS.accent,
          outline: CHART_COLORS.paper,
          area: SMALLEST_AREA + (pairs / most) * (narrow ? AREA_RANGE.narrow : AREA_RANGE.wide),
        }),
    )}`,
  };
}
