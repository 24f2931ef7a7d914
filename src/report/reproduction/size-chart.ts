import { scaleLinear } from "d3-scale";
import { area as areaPath, line } from "d3-shape";
import type { StrategyName } from "../../types/index.ts";
import { AXIS_HEIGHT, AXIS_WIDTH, bottomAxis, leftAxis, roundTicks, withoutOverlap } from "../charts/axes.ts";
import { CHART_COLORS } from "../charts/chart-theme.ts";
import type { Drawing } from "../charts/drawing.ts";
import { pointMark } from "../charts/marks.ts";
import { type Html, html } from "../escape-html.ts";
import type { ReproductionArm } from "./reproduction-data.ts";

/** Strategies drawn, with their colors; gray is what to beat. */
const LINES: readonly { readonly strategy: StrategyName; readonly color: string }[] = [
  { strategy: "fixed", color: CHART_COLORS.neutral },
  { strategy: "argmax", color: CHART_COLORS.accent },
  { strategy: "hybrid", color: CHART_COLORS.caution },
];

/** A strategy's success at a number of training prompts, per cent. */
interface SizeValue {
  readonly size: number;
  readonly ours: number;
  readonly lower: number;
  readonly upper: number;
  readonly published: number | null;
}

/** Success by number of training prompts: ours filled with its interval, the published figures hollow and dashed. */
export function sizeChart(arm: ReproductionArm, width: number, narrow: boolean): Drawing {
  const lines = LINES.map(({ strategy, color }) => ({
    color,
    values: listValues(arm, strategy),
    // What to beat is one prompt: its interval would only hide the others.
    hasBand: strategy !== "fixed",
  }));
  const area = { left: AXIS_WIDTH, right: width - 10, top: 10, bottom: 10 + (narrow ? 230 : 320) };
  const sizes = arm.sizes.map(({ size }) => size);
  const x = scaleLinear([Math.min(...sizes) - 0.25, Math.max(...sizes) + 0.25], [area.left, area.right]);
  const shown = lines.flatMap(({ values, hasBand }) =>
    values.flatMap(({ ours, lower, upper, published }) => [
      ...(hasBand ? [lower, upper] : []),
      ours,
      published ?? ours,
    ]),
  );
  const y = scaleLinear([Math.min(...shown), Math.max(...shown)], [area.bottom, area.top]).nice(6);
  const ticks = withoutOverlap(sizes.map((size) => ({ at: x(size), label: String(size) })));
  return {
    width,
    height: area.bottom + AXIS_HEIGHT,
    marks: [
      leftAxis(area, roundTicks(y, 6), { title: "success, %" }),
      bottomAxis(area, ticks, { title: "number K of training prompts", grid: false }),
      lines.map(({ values, color, hasBand }) => lineMarks(values, color, hasBand, x, y)),
    ],
  };
}

function listValues({ sizes }: ReproductionArm, strategy: StrategyName): SizeValue[] {
  return sizes.flatMap(({ size, strategies }) => {
    const value = strategies.find((one) => one.strategy === strategy);
    if (value?.success == null) return [];
    const { success, ci95, published } = value;
    const [lower, upper] = ci95 ?? [success, success];
    return [
      {
        size,
        ours: success * 100,
        lower: lower * 100,
        upper: upper * 100,
        published: published === null ? null : published * 100,
      },
    ];
  });
}

function lineMarks(
  values: readonly SizeValue[],
  color: string,
  hasBand: boolean,
  x: (size: number) => number,
  y: (success: number) => number,
): Html {
  const across = ({ size }: SizeValue): number => x(size);
  const band = areaPath<SizeValue>(
    across,
    ({ lower }) => y(lower),
    ({ upper }) => y(upper),
  ).digits(2)([...values]);
  const published = values.flatMap(({ size, published }) =>
    published === null ? [] : [{ size, published }],
  );
  const theirs = line<(typeof published)[number]>(
    ({ size }) => x(size),
    (value) => y(value.published),
  ).digits(2)(published);
  const ours = line<SizeValue>(across, (value) => y(value.ours)).digits(2)([...values]);
  return html`${hasBand ? html`<path d="${band}" fill="${color}" fill-opacity=".1"/>` : null}<g fill="none" stroke="${color}"><path d="${theirs}" stroke-width="1.5" stroke-dasharray="5 4"/><path d="${ours}" stroke-width="2.5"/></g>${published.map((value) => pointMark(x(value.size), y(value.published), { color, area: 55, hollow: true }))}${values.map((value) => pointMark(x(value.size), y(value.ours), { color, area: 50, strokeWidth: 0 }))}`;
}
