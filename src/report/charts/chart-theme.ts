import type { Config } from "vega-lite";

/** Colours of the style sheet, by what they mean; they change with the colour scheme. */
export const CHART_COLORS = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  accent: "var(--accent)",
  neutral: "var(--neutral)",
  caution: "var(--caution)",
  paper: "var(--paper)",
} as const;

/** What all charts share: no frame, faint grid, the page's own type. */
export const chartConfig: Config = {
  font: "inherit",
  aria: false,
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    labelColor: CHART_COLORS.muted,
    labelFontSize: 12,
    labelPadding: 8,
    titleColor: CHART_COLORS.muted,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 10,
    gridColor: CHART_COLORS.line,
    gridWidth: 1,
  },
  text: { fontSize: 12, fill: CHART_COLORS.ink },
};
