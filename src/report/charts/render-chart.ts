import type { TopLevelSpec } from "vega-lite";
import { escapeHtml, type Html, html, trustedHtml } from "../escape-html.ts";
import { chartConfig } from "./chart-theme.ts";

/** A chart for two widths, with what it shows in words. */
export interface Chart {
  /** The chart at a width in pixels. `narrow` is true for a telephone's width. */
  readonly specification: (width: number, narrow: boolean) => ChartSpecification;
  /** What the chart shows, for those who do not see it. */
  readonly description: string;
  /** Says how to read the chart; shown below it. */
  readonly caption: Html;
}

/** A Vega-Lite specification without the parts every chart shares. */
export type ChartSpecification = TopLevelSpec;

/** Width in pixels of the drawing for screens and paper, and of the one for telephones. */
const WIDE = 840;
const NARROW = 350;

/**
 * Draws a chart as two SVG images, one of which the style sheet shows. Colours are CSS variables, so one drawing
 * serves both colour schemes. Vega escapes the texts it draws.
 */
export async function renderChart(chart: Chart): Promise<Html> {
  const wide = await renderSvg(chart.specification(WIDE, false), WIDE, chart.description);
  const narrow = await renderSvg(chart.specification(NARROW, true), NARROW, chart.description);
  return html`<figure class="chart">
<div class="chart-wide">${wide}</div>
<div class="chart-narrow">${narrow}</div>
<figcaption>${chart.caption}</figcaption>
</figure>`;
}

/** Vega is loaded only here: a program that never renders a report does not pay for it. */
async function renderSvg(
  specification: ChartSpecification,
  width: number,
  description: string,
): Promise<Html> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const compiled = vegaLite.compile({
    padding: 2,
    ...specification,
    config: chartConfig,
    background: "transparent",
  } as TopLevelSpec).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  try {
    const svg = await view.toSVG();
    return trustedHtml(asImage(svg, width, description));
  } finally {
    view.finalize();
  }
}

/** Gives the drawing a name, and lets the page decide its size: at most as wide as drawn. */
function asImage(svg: string, width: number, description: string): string {
  const [, , , viewWidth = String(width), viewHeight = "0"] =
    /viewBox="([\d.-]+) ([\d.-]+) ([\d.]+) ([\d.]+)"/u.exec(svg)?.slice(0) ?? [];
  return svg.replace(
    /^<svg[^>]*>/u,
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(description)}" width="${viewWidth}" height="${viewHeight}" viewBox="0 0 ${viewWidth} ${viewHeight}">`,
  );
}
