import type { StrategyName } from "../../types/index.ts";
import { CHART_COLORS } from "../charts/chart-theme.ts";
import type { ChartSpecification } from "../charts/render-chart.ts";
import type { ReproductionArm } from "./reproduction-data.ts";

/** Strategies drawn, with their colours; grey is what to beat. */
const LINES: readonly { readonly strategy: StrategyName; readonly color: string }[] = [
  { strategy: "fixed", color: CHART_COLORS.neutral },
  { strategy: "argmax", color: CHART_COLORS.accent },
  { strategy: "hybrid", color: CHART_COLORS.caution },
];

/** Success by number of training prompts: ours filled with its interval, the published figures hollow and dashed. */
export function sizeChart({ sizes }: ReproductionArm, width: number, narrow: boolean): ChartSpecification {
  const domain = sizes.map(({ size }) => size);
  const x = {
    field: "size",
    type: "quantitative" as const,
    title: "number K of training prompts",
    scale: { domain: [Math.min(...domain) - 0.25, Math.max(...domain) + 0.25], nice: false },
    axis: { values: domain, format: "d", grid: false },
  };
  const y = {
    type: "quantitative" as const,
    title: "success, %",
    scale: { zero: false, nice: true },
    axis: { tickCount: 6 },
  };
  const layer = LINES.flatMap(({ strategy, color }) => {
    const values = sizes.flatMap(({ size, strategies }) => {
      const value = strategies.find((one) => one.strategy === strategy);
      return value?.success == null
        ? []
        : [
            {
              size,
              ours: value.success * 100,
              lower: (value.ci95?.[0] ?? value.success) * 100,
              upper: (value.ci95?.[1] ?? value.success) * 100,
              published: value.published === null ? null : value.published * 100,
            },
          ];
    });
    const published = values.filter((value) => value.published !== null);
    const isFixed = strategy === "fixed";
    return [
      ...(isFixed
        ? []
        : [
            {
              data: { values },
              mark: { type: "area" as const, color, fillOpacity: 0.1 },
              encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" } },
            },
          ]),
      {
        data: { values: published },
        mark: {
          type: "line" as const,
          color,
          strokeWidth: 1.5,
          strokeDash: [5, 4],
          point: { filled: false, fill: CHART_COLORS.paper, color, size: 55, strokeWidth: 1.5 },
        },
        encoding: { x, y: { ...y, field: "published" } },
      },
      {
        data: { values },
        mark: {
          type: "line" as const,
          color,
          strokeWidth: 2.5,
          point: { filled: true, color, size: 50, opacity: 1 },
        },
        encoding: { x, y: { ...y, field: "ours" } },
      },
    ];
  });
  return {
    width: width - 62,
    height: narrow ? 230 : 320,
    layer,
  } as ChartSpecification;
}
