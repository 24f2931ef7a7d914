import type { SelfCriticComparison } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import { formatMeasure, formatPercent, pluralize } from "../format-number.ts";
import { askingCost, formatDollars, formatSeconds, selfCriticSentence } from "../self-critic-words.ts";
import { dataTable } from "./section.ts";

/** What the LLM says of its own answers beside what the reward model expects; nothing where it was not asked. */
export function selfCriticPart(comparison: SelfCriticComparison | null | undefined): Html | null {
  if (comparison === null || comparison === undefined) return null;
  const { critic, rewardModel, confidence } = comparison;
  const cost = askingCost(comparison);
  // What the log does not say has no row.
  const rows: readonly (readonly [title: string, asked: string | undefined, model: string])[] = [
    ["Accuracy", formatPercent(critic.accuracy), formatPercent(rewardModel.accuracy)],
    ["Precision", formatPercent(critic.precision), formatPercent(rewardModel.precision)],
    ["Calls for a choice", String(cost.calls), "0"],
    ["Tokens of the verdicts", cost.verdictTokens?.toFixed(0), "0"],
    ["Dollars", cost.cost === undefined ? undefined : formatDollars(cost.cost), "$0"],
    [
      "Seconds, one call after the other",
      cost.seconds === undefined ? undefined : formatSeconds(cost.seconds),
      "0",
    ],
  ];
  const ranks =
    confidence === null
      ? null
      : html`<p>Its confidence, known of ${pluralize(confidence.pairs, "pair")}, ranks right answers above wrong ones with an AUC of ${formatMeasure(confidence.auc)}, and among one question’s answers with ${formatMeasure(confidence.withinQueryAuc)}; 0.5 is chance.</p>`;
  return html`<h4>Asking the LLM itself</h4>
<p>${selfCriticSentence(comparison)}</p>
${ranks}
${dataTable(
  "The LLM's verdicts on its own answers against the reward model, on the same pairs",
  [
    { title: "Measure" },
    { title: "LLM’s own verdict", numeric: true },
    { title: "Reward model", numeric: true },
  ],
  rows.flatMap(([title, asked, llm]) => (asked === undefined ? [] : [{ cells: [title, asked, llm] }])),
)}`;
}
