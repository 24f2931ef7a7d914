import type { EvaluationResult, StrategyResult } from "../types/index.ts";
import {
  formatCount,
  formatMeasure,
  formatPercent,
  formatPoints,
  formatPointsWithInterval,
  formatProbability,
} from "./format-number.ts";
import { displayName, plainSentence, quotedName } from "./plain-text.ts";
import type { TrainedGate } from "./report-data.ts";

/** What to do, in words. */
export interface Verdict {
  /** One sentence without a full stop; prompt ids stand in backticks. */
  readonly headline: string;
  /** A few sentences on how sure this is. */
  readonly detail: string;
  readonly recommendation: "per-question" | "fixed";
}

/** Outer folds of the nested protocol (METHOD: 5 × 3): the gate counts as open where it opened in most of them. */
const OUTER_FOLDS = 5;
/** Above this fraction of test questions seen in training, an estimate decides nothing. */
const WIDE_LEAK = 0.01;
/** Longest reason of the trained chooser's gate shown, in visible characters. */
const LONGEST_REASON = 300;
/** Below this bootstrap probability the choice of the fixed prompt is called uncertain. */
const SURE_OF_FIXED = 0.9;

/** Whether the query-dependent choice passed the gate; under `nested`, in most folds. */
export function gateIsOpen(result: EvaluationResult): boolean {
  const { shipped } = result.gate;
  return typeof shipped === "boolean" ? shipped : shipped > OUTER_FOLDS / 2;
}

/** Whether test questions also stand in the training rows, so that the result measures recall. */
export function hasLeak(result: EvaluationResult): boolean {
  return result.leak.alsoInTrain > 0;
}

/** Whether so many test questions were in training that the estimate says little about new ones. */
function leaksWidely(result: EvaluationResult): boolean {
  return result.leak.alsoInTrain > WIDE_LEAK * result.leak.testQuestions;
}

/** "1,685 of 1,685 test questions were also in training". */
export function leakSentence(result: EvaluationResult): string {
  const { alsoInTrain, testQuestions } = result.leak;
  if (alsoInTrain === 0) return `None of the ${formatCount(testQuestions)} test questions was in training`;
  return `${formatCount(alsoInTrain)} of ${formatCount(testQuestions)} test questions were also in training`;
}

/** The query-dependent choice's result, where it has a value. */
function choiceResult(result: EvaluationResult): (StrategyResult & { readonly uplift: number }) | undefined {
  const argmax = result.strategies.find((strategy) => strategy.name === "argmax");
  return argmax !== undefined && argmax.uplift !== null ? { ...argmax, uplift: argmax.uplift } : undefined;
}

/**
 * The result in words: which prompt to use, or to choose per question, with the estimate it rests on. It never
 * claims a gain whose interval reaches zero, and recommends the fixed prompt wherever the test questions show no
 * gain, whatever the gate said on the training questions. With a single prompt there is nothing to choose.
 * @param trainedGate the gate of the chooser trained on the whole log, which decides instead of the evaluation's own:
 * where it stayed shut, the chooser gives the fixed prompt to every question, and so does the verdict
 * @default null: nothing was trained
 */
export function verdict(result: EvaluationResult, trainedGate: TrainedGate | null = null): Verdict {
  if (result.trainingPrompts.length === 1) return nothingToChoose(result);
  const { headline, recommendation, caution } = decide(result, trainedGate);
  const detail = [
    ...leakWarning(result),
    ...caution,
    gateSentence(result),
    ...trainedGateWords(trainedGate),
    ...attainableWords(result),
    ...fixedPromptWords(result),
  ].join(" ");
  return { headline, detail, recommendation };
}

function nothingToChoose(result: EvaluationResult): Verdict {
  const [only] = result.trainingPrompts;
  return {
    headline: "Only one prompt in the log: nothing to choose",
    detail: `Log the answers of the same questions under other prompts than ${quotedName(only ?? result.fixed.promptId)} to learn which prompt suits which question.`,
    recommendation: "fixed",
  };
}

interface Decision {
  readonly headline: string;
  readonly recommendation: Verdict["recommendation"];
  readonly caution: readonly string[];
}

function decide(result: EvaluationResult, trainedGate: TrainedGate | null): Decision {
  const isOpen = trainedGate?.shipped ?? gateIsOpen(result);
  const fixed = quotedName(result.fixed.promptId);
  const useFixed = `Use prompt ${fixed} for every question`;
  const choice = choiceResult(result);
  if (choice === undefined) {
    const reason = result.strategies.find((strategy) => strategy.name === "argmax")?.reason;
    const why = reason === undefined ? "" : ` (${displayName(reason, 200)})`;
    return {
      headline: `${useFixed}: what choosing per question gains could not be measured`,
      recommendation: "fixed",
      caution: [`There is no estimate for the choice per question${why}.`],
    };
  }
  const gain = formatPointsWithInterval(choice.uplift, choice.upliftCi95);
  if (leaksWidely(result)) {
    return {
      headline: `${useFixed} until this is measured without leak: choosing per question claims ${gain} on questions seen in training`,
      recommendation: "fixed",
      caution: ["The default protocol, `grouped`, keeps test questions out of training."],
    };
  }
  const [lower, upper] = choice.upliftCi95 ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (upper < 0) {
    return {
      headline: `${useFixed}: choosing per question would cost ${gain}`,
      recommendation: "fixed",
      caution: isOpen
        ? [
            "The gate opened on the training questions, but the test questions show harm; use a stricter gate.",
          ]
        : [],
    };
  }
  if (trainedGate?.shipped === false) {
    return {
      headline: `${useFixed}: choosing per question measured ${gain}, but the gate on the whole log stayed shut`,
      recommendation: "fixed",
      caution: [],
    };
  }
  if (!isOpen) {
    return lower > 0
      ? {
          headline: `${useFixed} for now: choosing per question measured ${gain}, but its gate stayed closed`,
          recommendation: "fixed",
          caution: [
            "The test questions speak for choosing per question, the training questions alone do not suffice to know it; a few more logged questions may decide it.",
          ],
        }
      : {
          headline: `${useFixed}: choosing per question measured ${gain}, not enough evidence`,
          recommendation: "fixed",
          caution: [],
        };
  }
  if (choice.uplift <= 0) {
    return {
      headline: `${useFixed}: choosing per question measured ${gain}, no gain to be seen`,
      recommendation: "fixed",
      caution: ["The gate opened on the training questions, but the test questions show no gain."],
    };
  }
  if (lower <= 0) {
    return {
      headline: `Choose per question, probably: ${gain} over always using ${fixed}`,
      recommendation: "per-question",
      caution: ["The interval includes zero: the gain is likely, not certain."],
    };
  }
  return {
    headline: `Choose per question: ${gain} over always using ${fixed}`,
    recommendation: "per-question",
    caution:
      choice.switched === null
        ? []
        : [
            `Another prompt than ${fixed} is chosen for ${formatPercent(choice.switched, 0)} of the questions.`,
          ],
  };
}

function leakWarning(result: EvaluationResult): string[] {
  return hasLeak(result)
    ? [`Do not trust these figures: ${leakSentence(result)}, so they measure recall of seen questions.`]
    : [];
}

/** What the gate saw on the training questions, and whether that sufficed. */
export function gateSentence(result: EvaluationResult): string {
  const { shipped, upliftOutOfFold, z } = result.gate;
  const gate = `the ${result.gateStrength} gate`;
  if (typeof shipped === "number") {
    return `In ${shipped} of ${OUTER_FOLDS} folds the training questions alone showed enough gain for ${gate}.`;
  }
  const errors = formatMeasure(Math.abs(z), 1);
  return `Out of fold the training questions show ${formatPoints(upliftOutOfFold)}, ${errors} standard errors ${z < 0 ? "below" : "above"} zero: ${shipped ? "" : "not "}enough for ${gate}.`;
}

/**
 * The attainable bracket as it is shown everywhere: neither end lies below the fixed prompt, since a perfect choice
 * may always take that prompt; too few repeats can put the estimates there.
 */
export function shownBracket(result: EvaluationResult): EvaluationResult["attainable"] {
  if (result.attainable === null) return null;
  const { lower, upper, fixedSuccess } = result.attainable;
  return { lower: Math.max(lower, fixedSuccess), upper: Math.max(upper, fixedSuccess), fixedSuccess };
}

/** What the gate of the trained chooser said of the whole log; nothing where none was trained. */
export function trainedGateWords(trainedGate: TrainedGate | null): string[] {
  if (trainedGate === null) return [];
  const reason = plainSentence(trainedGate.reason, LONGEST_REASON);
  const said = `On the whole log the gate ${trainedGate.shipped ? "opened" : "stayed shut"}`;
  return [reason === "" ? `${said}.` : `${said}: ${/[.…]$/u.test(reason) ? reason : `${reason}.`}`];
}

function attainableWords(result: EvaluationResult): string[] {
  const bracket = shownBracket(result);
  if (bracket === null) return [];
  const least = bracket.lower - bracket.fixedSuccess;
  const most = bracket.upper - bracket.fixedSuccess;
  if (most <= 0) return ["The repeats in the log show no room for choosing per question at all."];
  return [
    `The repeats in the log say that a perfect choice could gain between ${formatPoints(least)} and ${formatPoints(most)} over one fixed prompt; the upper figure is biased up.`,
  ];
}

function fixedPromptWords(result: EvaluationResult): string[] {
  const { promptId, probabilityBest, expectedRegret } = result.fixed;
  if (result.trainingPrompts.length < 2 || probabilityBest >= SURE_OF_FIXED) return [];
  const choice = choiceResult(result);
  const larger =
    choice !== undefined && expectedRegret > Math.abs(choice.uplift)
      ? " That is more than choosing per question moves: log more questions first."
      : "";
  return [
    `Which fixed prompt is best is itself uncertain: ${quotedName(promptId)} is the best of ${result.trainingPrompts.length} with probability ${formatProbability(probabilityBest)}, and picking it costs ${formatPoints(expectedRegret).replace("+", "")} on average against the truly best.${larger}`,
  ];
}
