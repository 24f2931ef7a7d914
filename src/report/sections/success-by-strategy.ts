import type { EvaluationResult, StrategyResult } from "../../types/index.ts";
import { type IntervalRow, type IntervalStyle, intervalChart } from "../charts/interval-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, type HtmlValue, html } from "../escape-html.ts";
import { formatCount, formatPercent, formatPoints, NO_VALUE, pluralize } from "../format-number.ts";
import { plainText } from "../plain-text.ts";
import type { ReportData } from "../report-data.ts";
import { inShownOrder, PROTOCOL_LABELS, STRATEGY_LABELS, type StrategyRole } from "../strategy-labels.ts";
import { dataTable, foldedSection, nothingToShow, withInterval } from "./section.ts";

const CHART_STYLES: Readonly<Record<StrategyRole, IntervalStyle>> = {
  ours: "ours",
  baseline: "baseline",
  rule: "other",
  hindsight: "hindsight",
};

/** Success of every strategy: chart, table, and why some have no value. */
export function successSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "success", title: "Every way to choose", simulated: data.simulated };
  if (evaluation === undefined) return foldedSection(frame, nothingToShow("No evaluation has been run."));
  const strategies = inShownOrder(evaluation.strategies);
  const rows = strategies.flatMap(chartRow);
  const reference = evaluation.fixed.success;
  const chart =
    rows.length === 0
      ? nothingToShow("No strategy has a value.")
      : renderChart({
          description: `Success by strategy. ${rows.map((row) => `${row.label}: ${row.text}`).join("; ")}.`,
          caption: html`Dot: mean success; bar: 95 % interval. <span class="key key-ours">● ours</span> <span class="key">■ baseline</span> <span class="key">▲ other rule</span> <span class="key">○ hindsight, which nobody could have followed</span>. Dashed: the best single prompt.`,
          draw: (width, narrow) =>
            intervalChart(
              rows,
              {
                title: "success, %",
                reference: reference === null ? null : reference * 100,
                signed: false,
              },
              width,
              narrow,
            ),
        });
  return foldedSection(
    frame,
    html`<p>Each strategy answers the same questions (${PROTOCOL_LABELS[evaluation.protocol]}, ${pluralize(evaluation.questions, "question")}); its gain is paired with the best single prompt question by question, so it is known more exactly than the success rates themselves.</p>`,
    chart,
    dataTable(
      "Success and gain by strategy",
      [
        { title: "Strategy" },
        { title: "Success [95\u00a0%]", numeric: true },
        { title: "Gain [95\u00a0%]", numeric: true },
        { title: "Other prompt", numeric: true },
        { title: "Questions", numeric: true },
      ],
      strategies
        .filter(({ success }) => success !== null)
        .map((strategy) => ({
          cells: tableCells(strategy),
          emphasis: strategy.name === "safe",
        })),
    ),
    withoutValue(strategies),
  );
}

/** Which strategies have no value, and why. */
function withoutValue(strategies: readonly StrategyResult[]): Html | null {
  const missing = strategies.filter(({ success }) => success === null);
  if (missing.length === 0) return null;
  return html`<p class="reading">Not measured: ${missing.map(
    ({ name, reason = "" }, place) =>
      html`${place === 0 ? "" : "; "}${STRATEGY_LABELS[name].title}${reason === "" ? "" : ` (${plainText(reason, 300).replace(/\.$/u, "")})`}`,
  )}.</p>`;
}

function chartRow(strategy: StrategyResult): IntervalRow[] {
  if (strategy.success === null) return [];
  const label = STRATEGY_LABELS[strategy.name];
  return [
    {
      label: label.title,
      value: strategy.success * 100,
      interval: strategy.ci95 === null ? null : [strategy.ci95[0] * 100, strategy.ci95[1] * 100],
      style: CHART_STYLES[label.role],
      text: formatPercent(strategy.success),
    },
  ];
}

function tableCells(strategy: StrategyResult): Html[] {
  const label = STRATEGY_LABELS[strategy.name];
  const reason =
    strategy.reason === undefined ? null : html`<span class="why">${plainText(strategy.reason, 300)}</span>`;
  return [
    html`${label.title}<span class="what-it-is"><code>${strategy.name}</code>: ${label.explanation}</span>${reason}`,
    withInterval(formatPercent(strategy.success), strategy.ci95),
    html`${gainCell(strategy)}`,
    html`${formatPercent(strategy.switched, 0)}`,
    html`${formatCount(strategy.questions)}`,
  ];
}

function gainCell(strategy: StrategyResult): HtmlValue {
  if (strategy.name === "fixed" || strategy.uplift === null) return NO_VALUE;
  const interval = strategy.upliftCi95;
  const tone =
    interval !== null && interval[0] > 0 && STRATEGY_LABELS[strategy.name].role !== "hindsight"
      ? "better"
      : "";
  return withInterval(html`<span class="${tone}">${formatPoints(strategy.uplift)}</span>`, interval);
}
