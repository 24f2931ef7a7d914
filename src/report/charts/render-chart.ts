import { type Html, html } from "../escape-html.ts";
import { type Drawing, drawingSvg } from "./drawing.ts";

/** A chart for two widths, with what it shows in words. */
export interface Chart {
  /** The chart at a width in pixels. `narrow` is true for a telephone's width. */
  readonly draw: (width: number, narrow: boolean) => Drawing;
  /** What the chart shows, for those who do not see it. */
  readonly description: string;
  /** Says how to read the chart; shown below it. */
  readonly caption: Html;
}

/** Width in pixels of the drawing for screens and paper, and of the one for telephones. */
const WIDE = 840;
const NARROW = 350;

/**
 * Draws a chart as two SVG images, one of which the style sheet shows. Colors are CSS variables, so one drawing
 * serves both color schemes.
 */
export function renderChart({ draw, description, caption }: Chart): Html {
  return html`<figure class="chart">
<div class="chart-wide" role="img" aria-label="${description}">${drawingSvg(draw(WIDE, false))}</div>
<div class="chart-narrow" role="img" aria-label="${description}">${drawingSvg(draw(NARROW, true))}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}
