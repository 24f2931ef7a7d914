import { type Html, type HtmlValue, html } from "../escape-html.ts";
import { FONT_SIZE } from "./chart-theme.ts";

/** What a chart is made of, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** SVG elements, those below first. */
  readonly marks: HtmlValue;
}

/** Where in a drawing the data are shown: the rest is for axes and labels. Pixels from its upper left corner. */
export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The drawing as SVG, at most as wide as drawn. What it says stands in its frame's label. */
export function drawingSvg({ width, height, marks }: Drawing): Html {
  return html`<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-size="${FONT_SIZE}">${marks}</svg>`;
}

/** A coordinate to a hundredth of a pixel, so that the page does not carry digits nobody sees. */
export function pixel(value: number): number {
  return Math.round(value * 100) / 100;
}
