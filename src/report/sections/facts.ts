import type { EvaluationResult } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import type { Fact } from "../fact.ts";
import { mainFacts } from "../facts.ts";
import { plainSentence } from "../plain-text.ts";
import type { ReportData } from "../report-data.ts";
import { nothingToShow, section } from "./section.ts";
import { sentenceWithNames } from "./untrusted-text.ts";
import { whatIsThis } from "./what-is-this.ts";

/** Longest warning shown, in visible characters. */
const LONGEST_WARNING = 600;

/** What anybody should know who acts on the verdict. */
export function factsSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "rests", title: "What this rests on", simulated: data.simulated };
  if (evaluation === undefined) return section(frame, nothingToShow("No evaluation has been run."));
  const warnings = evaluation.warnings.map(
    (warning): Fact => ({
      label: "note",
      text: plainSentence(warning, LONGEST_WARNING).replaceAll("`", "'"),
    }),
  );
  // The prompts have a section of their own, which says it with the runner-up.
  const facts = mainFacts(evaluation).filter(({ term }) => term !== "best single prompt");
  return section(frame, factList([...facts, ...warnings]));
}

/** Facts as a list of terms. */
export function factList(facts: readonly Fact[]): Html {
  return html`<dl class="facts">${facts.map(
    ({ label, text, term, isAlarming }) =>
      html`<div><dt>${label}</dt><dd>${isAlarming === true ? html`<strong class="leaking">${sentenceWithNames(text)}</strong>` : sentenceWithNames(text)}${term === undefined ? null : html` ${whatIsThis(term)}`}</dd></div>
`,
  )}</dl>`;
}
