import type { EvaluationResult, FrontierPoint } from "../../types/index.ts";
import { frontierChart } from "../charts/frontier-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import { formatPercent, formatPercentNumber } from "../format-number.ts";
import { plainText } from "../plain-text.ts";
import type { ReportData } from "../report-data.ts";
import { formatCost, formatCostNumber, knobWords, savingSentence } from "../trade-words.ts";
import { dataTable, section, withInterval } from "./section.ts";

/** Rows of the table, of the frontier's points. */
const ROWS = 8;
/** Candidates whose shares are named. */
const MAX_NAMED = 3;

/** What success costs: every candidate alone, and choosing per question at every price. null without costs. */
export function frontierSection(data: ReportData, result: EvaluationResult | undefined): Html | null {
  if (result === undefined || result.frontier === null || result.saving === null) return null;
  const { frontier, saving, knob, costUnit, candidates, costPrediction } = result;
  const step = Math.max(1, Math.ceil((frontier.length - 1) / (ROWS - 1)));
  const shown = frontier.filter((_, index) => index % step === 0 || index === frontier.length - 1);
  const ends = [frontier[0]!, frontier.at(-1)!].map(
    ({ cost, success }) => `${formatPercent(success)} at ${formatCost(cost, costUnit)}`,
  );
  return section(
    { id: "frontier", title: "What success costs", simulated: data.simulated },
    html`<p>${savingSentence(saving)}</p>`,
    renderChart({
      description: `Success over cost, choosing per question: from ${ends.join(" to ")}.`,
      caption: html`Squares: each candidate put to every question. Curve: choosing for each question what is worth most, from paying nothing for a right answer to paying anything; band: its 95 % interval. Dashed: what single candidates mixed at random would reach at the same cost.${knob === null ? null : ` Diamond: ${knobWords(knob)}.`}`,
      draw: (width, narrow) => frontierChart({ candidates, frontier, knob, costUnit }, width, narrow),
    }),
    dataTable(
      "Choosing per question at different prices",
      [
        { title: `a right answer is worth, ${plainText(costUnit, 24)}`, numeric: true },
        { title: "cost of a question", numeric: true },
        { title: "right, %", numeric: true },
        { title: "mixed at random, %", numeric: true },
        { title: "takes" },
      ],
      shown.map((point) => ({
        cells: [
          formatCostNumber(point.worth),
          formatCostNumber(point.cost),
          withInterval(formatPercentNumber(point.success), point.successCi95),
          formatPercentNumber(point.mixedSuccess),
          describeShares(point, candidates),
        ],
      })),
    ),
    html`<p>${predictionSentence(costPrediction, costUnit)}</p>`,
  );
}

function describeShares({ shares }: FrontierPoint, candidates: EvaluationResult["candidates"]): string {
  return shares
    .map((share, column) => ({ share, id: candidates[column]!.id }))
    .filter(({ share }) => share >= 0.005)
    .sort((one, other) => other.share - one.share)
    .slice(0, MAX_NAMED)
    .map(({ share, id }) => `${plainText(id, 32)} ${formatPercent(share, 0)}`)
    .join(", ");
}

function predictionSentence(prediction: EvaluationResult["costPrediction"], unit: string): string {
  if (prediction === null) return "";
  return prediction.source === "given"
    ? `Costs, in ${plainText(unit, 24)}, were given by candidate and are the same for every question.`
    : `Costs, in ${plainText(unit, 24)}, are those of the log. Before a call its cost is predicted from the question's length, which explains ${formatPercent(prediction.explained, 0)} of how costs differ between the questions of one candidate.`;
}
