import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from "d3-shape";
import { type Html, html } from "../escape-html.ts";
import { CHART_COLORS } from "./chart-theme.ts";
import { type PlotArea, pixel } from "./drawing.ts";

/** Shapes of points. */
export type MarkShape = "circle" | "square" | "triangle" | "diamond";

const SYMBOLS = {
  circle: symbolCircle,
  square: symbolSquare,
  triangle: symbolTriangle,
  diamond: symbolDiamond,
};

/** How a point looks. */
export interface PointLook {
  readonly color: string;
  /** In square pixels. */
  readonly area: number;
  /** @default "circle" */
  readonly shape?: MarkShape;
  /** A hollow point shows the page inside its outline. @default false */
  readonly hollow?: boolean;
  /** Color of the outline. @default the point's own */
  readonly outline?: string;
  /** Width of the outline in pixels. @default 1.5 */
  readonly strokeWidth?: number;
}

/** One value of the data, drawn as a point. */
export function pointMark(x: number, y: number, look: PointLook): Html {
  const { color, area, shape = "circle", hollow = false, outline = color, strokeWidth = 1.5 } = look;
  const path = symbol(SYMBOLS[shape], area).digits(2)();
  return html`<path class="mark" d="${path}" transform="translate(${pixel(x)},${pixel(y)})" fill="${hollow ? CHART_COLORS.paper : color}" stroke="${outline}" stroke-width="${strokeWidth}"/>`;
}

/** What values are compared with: dashed, from one point to another. */
export function referenceLine(x1: number, y1: number, x2: number, y2: number): Html {
  return html`<line x1="${pixel(x1)}" y1="${pixel(y1)}" x2="${pixel(x2)}" y2="${pixel(y2)}" stroke="${CHART_COLORS.ink}" stroke-dasharray="3 3"/>`;
}

/** A value to compare with on the vertical axis, across the whole plot. */
export function referenceLevel(area: PlotArea, y: number): Html {
  return referenceLine(area.left, y, area.right, y);
}
