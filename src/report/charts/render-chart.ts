import type { TopLevelSpec } from "vega-lite";
import { type Html, html, trustedHtml } from "../escape-html.ts";
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
  const wide = await renderSvg(chart.specification(WIDE, false));
  const narrow = await renderSvg(chart.specification(NARROW, true));
  return html`<figure class="chart">
<div class="chart-wide" role="img" aria-label="${chart.description}">${wide}</div>
<div class="chart-narrow" role="img" aria-label="${chart.description}">${narrow}</div>
<figcaption>${chart.caption}</figcaption>
</figure>`;
}

/** Vega is loaded only here: a program that never renders a report does not pay for it. */
async function renderSvg(specification: ChartSpecification): Promise<Html> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const compiled = vegaLite.compile(
    { padding: 2, ...specification, config: chartConfig, background: "transparent" } as TopLevelSpec,
    { logger: vega.logger(vega.Error) },
  ).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  try {
    const svg = await view.toSVG();
    return trustedHtml(atPageSize(svg));
  } finally {
    view.finalize();
  }
}

/** Lets the page decide the drawing's size: at most as wide as drawn. What it says stands in its frame's label. */
function atPageSize(svg: string): string {
  const [, width = "0", height = "0"] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/u.exec(svg) ?? [];
  return svg.replace(
    /^<svg[^>]*>/u,
    `<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
  );
}
