import type {
  CandidateKind,
  EvaluationResult,
  FrontierPoint,
  KnobResult,
  PartialChoice,
  SavingResult,
} from "../types/index.ts";
import type { Fact } from "./fact.ts";
import {
  formatInterval,
  formatPercent,
  formatPercentNumber,
  formatPointsWithInterval,
} from "./format-number.ts";
import { plainText, quotedName } from "./plain-text.ts";

/** What a log's candidates are called, one and several. */
export function candidateNoun(choose: CandidateKind): { readonly one: string; readonly many: string } {
  switch (choose) {
    case "prompt":
      return { one: "prompt", many: "prompts" };
    case "llm":
      return { one: "LLM", many: "LLMs" };
    case "both":
      return { one: "pair of prompt and LLM", many: "pairs of prompt and LLM" };
  }
}

/** "0.0123 dollars": three digits that count. */
export function formatCost(cost: number, unit: string): string {
  return `${formatCostNumber(cost)} ${plainText(unit, 24)}`;
}

export function formatCostNumber(cost: number): string {
  if (cost === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(cost))));
  return cost.toFixed(Math.min(10, digits)).replace("-", "−");
}

/** A way to answer all questions, with its price. */
export interface PricedRow {
  /** In words; ids in backticks. */
  readonly label: string;
  readonly success: number;
  readonly cost: number;
  /** What it costs less than the most successful candidate, as a share; null for that itself. */
  readonly saved: number | null;
  readonly role: "single" | "choosing";
}

/** Rows of candidates shown beside the choice. */
const MAX_SINGLES = 5;

/**
 * The candidates that no other beats in both success and cost, dearest first, and choosing per question where it saves at
 * equal success or is what the knob asks for.
 * @returns empty where costs are unknown, or there is nothing to compare
 */
export function pricedRows({ candidates, saving, knob, frontier, fixed }: EvaluationResult): PricedRow[] {
  if (saving === null || frontier === null) return [];
  const known = candidates.flatMap(({ id, cost, success }) =>
    cost === null || success === null
      ? []
      : // The best single one has its figure of the table above.
        [{ id, cost, success: id === fixed.promptId ? (fixed.success ?? success) : success }],
  );
  const efficient = known
    .filter(
      (own) =>
        !known.some(
          (other) =>
            other.cost <= own.cost &&
            other.success >= own.success &&
            (other.cost < own.cost || other.success > own.success),
        ),
    )
    .sort((one, other) => other.cost - one.cost);
  const best = efficient[0];
  if (best === undefined) return [];
  const saved = (cost: number): number => 1 - cost / best.cost;
  const rows: PricedRow[] = efficient.slice(0, MAX_SINGLES).map(({ id, cost, success }, index) => ({
    label: `always ${quotedName(id)}`,
    ...{ success, cost, saved: index === 0 ? null : saved(cost), role: "single" as const },
  }));
  if (saves(saving))
    rows.push({
      label: "choosing, at equal success",
      ...{ success: best.success + saving.success, cost: best.cost - saving.cost, saved: saving.share },
      role: "choosing",
    });
  if (knob !== null)
    rows.push({
      label: `choosing, ${knobWords(knob)}`,
      ...{ success: knob.success, cost: knob.cost, saved: saved(knob.cost), role: "choosing" },
    });
  return rows.length > 1 ? rows : [];
}

/** Whether choosing was shown, on questions not learned from, to cost less without losing success. */
export function saves({ isNonInferior, costCi95, openFolds }: SavingResult): boolean {
  return isNonInferior && costCi95[0] > 0 && openFolds > 0;
}

/** "worth 0.05", "budget 0.002", "keeping 99 %". */
export function knobWords({ kind, value }: Pick<KnobResult, "kind" | "value">): string {
  if (kind === "keep") return `keeping ${formatPercent(value, 0)} of the success`;
  return kind === "worth" ? `a right answer worth ${value}` : `a budget of ${value}`;
}

/** What costs change, in sentences; none where they are unknown. */
export function tradeFacts(result: EvaluationResult): Fact[] {
  const { saving, knob, frontier, costUnit, partialChoices } = result;
  const facts: Fact[] = [];
  if (partialChoices.length > 0)
    facts.push({ label: "one alone", text: partialSentence(partialChoices), term: "candidate" });
  if (saving === null || frontier === null) return facts;
  facts.push({ label: "cheaper", text: savingSentence(saving), term: "saving at equal success" });
  if (knob !== null) facts.push({ label: "the knob", text: knobSentence(knob, costUnit), term: "the knob" });
  const buys = whatMoreBuys(frontier, costUnit);
  if (buys !== null) facts.push({ label: "more money", text: buys, term: "cost and success" });
  return facts;
}

/** What choosing prompts alone gains, and LLMs alone. */
function partialSentence(choices: readonly PartialChoice[]): string {
  const parts = choices.map(({ choose, uplift, upliftCi95 }) =>
    uplift === null
      ? `${candidateNoun(choose).many} alone: not measurable`
      : `${candidateNoun(choose).many} alone: ${formatPointsWithInterval(uplift, upliftCi95)}`,
  );
  return `Choosing only one of the two, the other as in the best single pair: ${parts.join("; ")}.`;
}

/** What is saved at equal success, or that nothing is. */
export function savingSentence(saving: SavingResult): string {
  const { atMargin, share, cost, costCi95, success, successCi95 } = saving;
  const margin = `${formatPercentNumber(atMargin, 0)} point`;
  if (!saves(saving))
    return `No choice was shown to cost less and still be right as often as the best candidate, up to ${margin}.`;
  const computeShare = (bound: number): number => (bound / cost) * share;
  return `Choosing per question costs ${formatPercent(share, 0)} ${formatInterval([computeShare(costCi95[0]), computeShare(costCi95[1])])} less than always the most successful candidate, and success changes by ${formatPointsWithInterval(success, successCi95)}: at most ${margin} may be lost.`;
}

function knobSentence(knob: KnobResult, unit: string): string {
  const { cost, success, successCi95, uplift, upliftCi95, netGain, netGainCi95, openFolds } = knob;
  const against =
    knob.kind === "budget"
      ? "mixing single candidates under the same budget"
      : "the best single candidate under the same wish";
  const net =
    netGain === null || netGainCi95 === null
      ? ""
      : ` Counting both, it gains ${formatCost(netGain, unit)} a question [${netGainCi95.map(formatCostNumber).join(", ")}].`;
  const gate =
    openFolds === 0
      ? " In no part of the log did choosing per question show enough gain, so single candidates are used."
      : "";
  return `With ${knobWords(knob)}, ${formatPercent(success)} ${formatInterval(successCi95)} are right at ${formatCost(cost, unit)} a question; against ${against}, success changes by ${formatPointsWithInterval(uplift, upliftCi95)}.${net}${gate}`;
}

/** Between the cheaper half of the frontier and its dear end: what one more unit of cost buys. */
function whatMoreBuys(frontier: readonly FrontierPoint[], unit: string): string | null {
  const [first, middle, last] = [frontier[0]!, frontier[Math.floor(frontier.length / 2)]!, frontier.at(-1)!];
  const slope = (from: FrontierPoint, to: FrontierPoint): number | null =>
    to.cost > from.cost ? (to.success - from.success) / (to.cost - from.cost) : null;
  const [early, late] = [slope(first, middle), slope(middle, last)];
  if (early === null || late === null || early <= 0) return null;
  const price = (gained: number): string =>
    gained <= 0
      ? "buys nothing more"
      : `costs ${formatCost(0.01 / gained, unit)} a question for each further point of success`;
  return `From the cheapest candidate upwards, spending where it pays most ${price(early)}; the last half ${price(late)}.`;
}
