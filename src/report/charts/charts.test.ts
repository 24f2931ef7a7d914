import { scaleLinear } from "d3-scale";
import { describe, expect, test } from "vitest";
import { reproductionFixture } from "../../../test/support/reproduction-fixture.ts";
import { sizeChart } from "../reproduction/size-chart.ts";
import { roundTicks, withoutOverlap } from "./axes.ts";
import { calibrationChart } from "./calibration-chart.ts";
import { type Drawing, drawingSvg } from "./drawing.ts";
import { type IntervalRow, intervalChart } from "./interval-chart.ts";
import { learningCurveChart } from "./learning-curve-chart.ts";

const ROW: IntervalRow = { label: "Safe choice", value: 66, interval: [64, 68], style: "ours", text: "66 %" };
const OPTIONS = { title: "success, %", reference: null, signed: false };

const svg = (drawing: Drawing): string => drawingSvg(drawing).toString();
const listTexts = (drawing: Drawing): string[] =>
  [...svg(drawing).matchAll(/<text[^>]*>([^<]*)</gu)].map(([, text = ""]) => text);
/** Every number among the attributes. */
const readNumbers = (drawing: Drawing): string[] =>
  [...svg(drawing).matchAll(/ (?:[xy][12]?|d|width|height|transform)="([^"]*)"/gu)].map(
    ([, text = ""]) => text,
  );

describe("axes", () => {
  test("gains carry a plus, losses a minus of the same width, nothing a sign", () => {
    const labels = roundTicks(scaleLinear([-1, 1], [0, 100]), 4, true).map(({ label }) => label);
    expect(labels).toEqual(["−1.0", "−0.5", "0.0", "+0.5", "+1.0"]);
  });

  test("of labels that would touch the later stays", () => {
    const ticks = [0, 10, 60, 100, 104].map((at) => ({ at, label: "100" }));
    expect(withoutOverlap(ticks).map(({ at }) => at)).toEqual([10, 60, 104]);
  });
});

describe("charts", () => {
  const point = { questions: 50, uplift: 0, ci95: [0, 0] as const, openShare: 0 };
  const bin = { predicted: 1, observed: 0, pairs: 0 };
  const [arm] = reproductionFixture().tasks[0]!.arms;
  const size = arm!.sizes[0]!;
  const alone = {
    ...arm!,
    sizes: [{ ...size, strategies: size.strategies.map((one) => ({ ...one, success: 0.5, ci95: null })) }],
  };
  const extremes: [name: string, draw: (width: number, narrow: boolean) => Drawing][] = [
    [
      "intervals, one row that is nothing",
      (...at) => intervalChart([{ ...ROW, value: null, interval: null }], OPTIONS, ...at),
    ],
    ["intervals without a row", (...at) => intervalChart([], { ...OPTIONS, reference: 0 }, ...at)],
    ["a curve of one size without gain", (...at) => learningCurveChart([point] as never, ...at)],
    ["a calibration of one bin without pairs", (...at) => calibrationChart([bin], ...at)],
    ["one size, every strategy alike", (...at) => sizeChart(alone, ...at)],
  ];
  test.each(extremes)("are no wider than asked for and hold finite numbers: %s", (_name, draw) => {
    for (const [width, narrow] of [
      [840, false],
      [350, true],
    ] as const) {
      const drawing = draw(width, narrow);
      expect(drawing.width).toBeLessThanOrEqual(width);
      for (const numbers of readNumbers(drawing)) expect(numbers).not.toMatch(/NaN|Infinity|null|undefined/u);
    }
  });

  test("draw a point for each value, and none for a row that has only an interval", () => {
    const drawing = intervalChart([ROW, { ...ROW, value: null }], OPTIONS, 840, false);
    expect(svg(drawing).match(/class="mark"/gu)).toHaveLength(1);
    expect(svg(drawing).match(/stroke-linecap="round"/gu)).toHaveLength(2);
  });

  test("set a point where its axis says it is", () => {
    const drawing = intervalChart([{ ...ROW, value: 66, interval: [60, 70] }], OPTIONS, 840, false);
    const [, x] = /class="mark"[^>]*translate\(([\d.]+),/u.exec(svg(drawing))!;
    const [, tick] = /<text x="([\d.]+)"[^>]*>66</u.exec(svg(drawing)) ?? [];
    expect(Number(x)).toBeCloseTo(Number(tick), 2);
  });

  test("keep rows apart whose labels are cut to the same, and escape what the labels say", () => {
    const label = `<script>${"long ".repeat(30)}`;
    const texts = listTexts(
      intervalChart(
        [
          { ...ROW, label },
          { ...ROW, label },
        ],
        OPTIONS,
        350,
        true,
      ),
    );
    const labels = texts.filter((text) => text.startsWith("&lt;script&gt;"));
    expect(labels).toHaveLength(2);
    expect(labels[1]).toMatch(/… \(2\)$/u);
  });
});
