import type { EvaluationResult } from "../types/index.ts";
import type { Fact } from "./fact.ts";
import {
  formatCount,
  formatMeasure,
  formatPercent,
  formatPoints,
  formatPointsWithInterval,
  formatProbability,
  pluralize,
} from "./format-number.ts";
import { plainText, quotedName } from "./plain-text.ts";
import type { TrainedGate } from "./report-data.ts";
import { selfCriticSentence } from "./self-critic-words.ts";
import { tradeFacts } from "./trade-words.ts";
import { hasLeak, leakSentence } from "./verdict.ts";

/** Below this bootstrap probability the choice of the fixed prompt is called uncertain. */
const SURE_OF_FIXED = 0.9;
/** Fewer repeated questions than this, or a smaller share, do not tell what a perfect choice could reach. */
const MIN_REPEATED = 100;
const MIN_REPEATED_SHARE = 0.1;

/** What anybody should know who acts on the verdict; only what applies. */
export function mainFacts(result: EvaluationResult): Fact[] {
  const { leak, fixed, trainingPrompts, newKinds, unlike } = result;
  const facts: Fact[] = [];
  if (hasLeak(result))
    facts.push({ label: "leak", text: `${leakSentence(result)}.`, term: "leak", isAlarming: true });
  if (trainingPrompts.length > 1 && fixed.probabilityBest < SURE_OF_FIXED)
    facts.push({
      label: "best prompt",
      text: `${quotedName(fixed.promptId)} is the best single prompt with probability ${formatProbability(fixed.probabilityBest)} only; taking it costs ${unsigned(fixed.expectedRegret)} on average against the truly best.`,
      term: "best single prompt",
    });
  facts.push(...tradeFacts(result), ...estimatorFacts(result));
  if (newKinds !== null && newKinds.uplift !== null)
    facts.push({
      label: "new kinds",
      text: `On kinds of questions that the log does not hold, what is recommended gains ${formatPointsWithInterval(newKinds.uplift, newKinds.upliftCi95)}: the same estimate, but whole kinds were kept from the chooser, and in ${newKinds.openFolds} of ${newKinds.folds} parts it chose by question.`,
      term: "new kinds",
    });
  if (unlike.share > 0)
    facts.push({
      label: "unlike",
      text: `${formatPercent(unlike.share)} of the questions are like nothing else in the log; they get ${quotedName(fixed.promptId)}.`,
      term: "unlike the log",
    });
  if (leak.testQuestions > 0 && !hasLeak(result))
    facts.push({
      label: "tested on",
      text: `${pluralize(leak.testQuestions, "question")}, none of which the choice had been learned from.`,
      term: "questions not seen",
    });
  return facts;
}

/** What an estimate from a log with gaps rests on, in plain words; nothing for a complete log. */
function estimatorFacts({ estimator, questions }: EvaluationResult): Fact[] {
  const { kind, assumption, effectiveQuestions, largestWeight, withoutOverlap, selectionToUndo } = estimator;
  if (kind === "paired") return [];
  const missing =
    withoutOverlap === 0
      ? ""
      : ` For ${formatPercent(withoutOverlap)} of the questions the chosen prompt was never tried on anything like them, so the prediction stands alone.`;
  const facts: Fact[] = [
    {
      label: "gaps",
      text: `Not every question was answered under every prompt. What is missing is predicted, and the predictions are corrected by the answers there are. ${plainText(assumption)}`,
      term: "estimate from a log with gaps",
    },
    {
      label: "rests on",
      text: `as much as ${pluralize(Math.round(effectiveQuestions), "question")} of ${formatCount(questions)} that had all answers; one answer stands for up to ${formatMeasure(largestWeight, 1)}.${missing}`,
      term: "effective questions",
    },
  ];
  if (selectionToUndo !== null)
    facts.push({
      label: "hidden reasons",
      text: `If something that the log does not show decided which prompt was tried, it would have to make answers ${formatMeasure(selectionToUndo, 1)} times likelier or rarer to be logged to undo the gain.`,
      term: "hidden selection",
    });
  return facts;
}

/** What the gate saw on the training questions, and whether that sufficed; of the whole log, where one was trained. */
export function gateFact(result: EvaluationResult, trainedGate: TrainedGate | null): Fact {
  const measured = result.gate;
  const { upliftOutOfFold, z } = measured;
  const gate = `the ${result.gateStrength} gate`;
  const errors = formatMeasure(Math.abs(z), 1);
  const own =
    "folds" in measured
      ? `In ${measured.openFolds} of ${measured.folds} parts the training questions alone showed enough gain for ${gate}.`
      : `Out of fold the training questions show ${formatPoints(upliftOutOfFold)}, ${errors} standard errors ${z < 0 ? "below" : "above"} zero: ${measured.open ? "" : "not "}enough for ${gate}.`;
  return { label: "gate", text: [own, ...trainedGateWords(trainedGate)].join(" "), term: "gate" };
}

function trainedGateWords(trainedGate: TrainedGate | null): string[] {
  if (trainedGate === null) return [];
  const reason = plainText(trainedGate.reason);
  const said = `On the whole log the gate ${trainedGate.open ? "opened" : "stayed shut"}`;
  return [reason === "" ? `${said}.` : `${said}: ${/[.…]$/u.test(reason) ? reason : `${reason}.`}`];
}

/** What a perfect choice could reach, where enough questions were asked more than once to say. */
export function attainableFact({ attainable, questions }: EvaluationResult): Fact {
  const about = { label: "attainable", term: "attainable" };
  const repeated = attainable?.questions ?? 0;
  const asked = `${formatCount(repeated)} of ${pluralize(questions, "question")} ${repeated === 1 ? "was" : "were"} asked more than once`;
  if (attainable === null || repeated < MIN_REPEATED || repeated < MIN_REPEATED_SHARE * questions)
    return {
      ...about,
      text: `What a perfect choice could reach is unknown: ${asked}, and it takes ${MIN_REPEATED} and a tenth of the log to tell luck from skill.`,
    };
  // Neither end lies below the single prompt, which a perfect choice may always take.
  const least = Math.max(0, attainable.lower - attainable.fixedSuccess);
  const most = Math.max(0, attainable.upper - attainable.fixedSuccess);
  return {
    ...about,
    text:
      most === 0
        ? `${asked}: they show no room for choosing at all.`
        : `${asked}: by them, a perfect choice would gain between ${formatPoints(least)} and ${formatPoints(most)} over the best single prompt on the same questions; the upper figure is too high, because it takes luck for skill.`,
  };
}

/** Everything else that is known, for the details. */
export function detailFacts(result: EvaluationResult, trainedGate: TrainedGate | null): Fact[] {
  return [
    gateFact(result, trainedGate),
    attainableFact(result),
    ...(result.selfCritic === null
      ? []
      : [{ label: "critic", text: selfCriticSentence(result.selfCritic), term: "critic" }]),
  ];
}

function unsigned(difference: number): string {
  return formatPoints(difference).replace("+", "");
}
