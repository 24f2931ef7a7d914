import type { EvaluationResult, Interval, SavingResult, StrategyResult } from "../types/index.ts";
import { formatCount, formatPercent, formatPoints, formatPointsWithInterval } from "./format-number.ts";
import { plainText, quotedName } from "./plain-text.ts";
import type { TrainedGate } from "./report-data.ts";
import { candidateNoun, saves, savingSentence } from "./trade-words.ts";

/** What to do, in words. */
export interface Verdict {
  /** One sentence without a full stop; prompt ids stand in backticks. */
  readonly headline: string;
  /** Why, in one or two sentences. */
  readonly reason: string;
  readonly recommendation: "per-question" | "fixed";
  /** What would help most now. */
  readonly next: NextStep;
}

/** What a reader may do with a verdict: a key, which the terminal and the report put into a command each. */
export type NextStep =
  | "recommend"
  | "save"
  | "log-more"
  | "other-prompts"
  | "collect"
  | "evaluate"
  | "stricter-gate";

/** Above this fraction of test questions seen in training, an estimate decides nothing. */
const WIDE_LEAK = 0.01;
/** A gain that would be worth the trouble; the margin at which `optimize --live` stops, too. */
const WORTHWHILE = 0.02;
/** Logs more than this many times as large are not asked for. */
const FARTHEST = 20;

/** Whether the query-dependent choice passed the gate; under `nested`, in most folds. */
function gateIsOpen({ gate }: EvaluationResult): boolean {
  return "open" in gate ? gate.open : gate.openFolds > gate.folds / 2;
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

/** The estimate of choosing by question, where it has a value. */
interface MeasuredChoice extends StrategyResult {
  readonly success: number;
  readonly uplift: number;
}

/** The one gain that is shown: of choosing by question, on questions not trained on. */
function measuredChoice(result: EvaluationResult): MeasuredChoice | undefined {
  const argmax = result.strategies.find((strategy) => strategy.name === "argmax");
  return argmax === undefined || argmax.uplift === null || argmax.success === null
    ? undefined
    : { ...argmax, uplift: argmax.uplift, success: argmax.success };
}

/**
 * The result in words: which prompt to use, or to choose by question, with the estimate it rests on. It never claims a
 * gain whose interval reaches zero, and recommends one prompt wherever the test questions show no gain, whatever the gate
 * said on the training questions. With a single prompt there is nothing to choose.
 * @param trainedGate the gate of the chooser trained on the whole log, which decides instead of the evaluation's own:
 * where it stayed shut, the chooser gives one prompt to every question, and so does the verdict
 * @default null: nothing was trained
 */
export function verdict(result: EvaluationResult, trainedGate: TrainedGate | null = null): Verdict {
  if (result.trainingPrompts.length === 1) return nothingToChoose(result);
  const choice = measuredChoice(result);
  if (choice === undefined) return notMeasured(result);
  if (leaksWidely(result)) return leaking(result, choice);
  const interval = choice.upliftCi95 ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const isOpen = trainedGate?.open ?? gateIsOpen(result);
  if (isOpen && choice.uplift > 0) return choose(result, choice, interval);
  if (result.saving !== null && saves(result.saving)) return save(result, result.saving);
  return useOne(result, choice, interval, isOpen);
}

function save(result: EvaluationResult, saving: SavingResult): Verdict {
  return {
    headline: `Choose per question to save ${formatPercent(saving.share, 0)} of the cost at equal success`,
    reason: `${savingSentence(saving)} More success than always ${quotedName(result.fixed.promptId)} has was not shown.`,
    recommendation: "per-question",
    next: "save",
  };
}

function nothingToChoose({ trainingPrompts, fixed, choose }: EvaluationResult): Verdict {
  return {
    headline: `Only one ${candidateNoun(choose).one} in the log: nothing to choose`,
    reason: `Log the answers of the same questions under other prompts than ${quotedName(trainingPrompts[0] ?? fixed.promptId)} to learn which prompt suits which question.`,
    recommendation: "fixed",
    next: "collect",
  };
}

function notMeasured(result: EvaluationResult): Verdict {
  const reason = result.strategies.find((strategy) => strategy.name === "argmax")?.reason;
  return {
    headline: `${useFor(result)}: what choosing gains cannot be measured with this log`,
    reason: reason === undefined ? "There is no estimate of it." : plainText(reason),
    recommendation: "fixed",
    next: "log-more",
  };
}

function leaking(result: EvaluationResult, { uplift, upliftCi95 }: MeasuredChoice): Verdict {
  return {
    headline: `${useFor(result)} until this is measured without leak: choosing claims ${formatPointsWithInterval(uplift, upliftCi95)} on questions it was trained on`,
    reason: `Do not trust these figures: ${leakSentence(result)}, so they measure recall of seen questions.`,
    recommendation: "fixed",
    next: "evaluate",
  };
}

function choose(result: EvaluationResult, choice: MeasuredChoice, [lower]: Interval): Verdict {
  const gain = formatPointsWithInterval(choice.uplift, choice.upliftCi95);
  const taken =
    choice.switched === null
      ? ""
      : ` It takes another ${candidateNoun(result.choose).one} than ${quotedName(result.fixed.promptId)} for ${formatPercent(choice.switched, 0)} of them.`;
  return {
    headline: `Use different ${candidateNoun(result.choose).many} for different questions${lower > 0 ? "" : ", probably"}: ${gain}`,
    reason: `${compared(result, choice)}${taken}${lower > 0 ? "" : " The interval includes zero: the gain is likely, not certain."}`,
    recommendation: "per-question",
    next: "recommend",
  };
}

function useOne(
  result: EvaluationResult,
  choice: MeasuredChoice,
  [lower, upper]: Interval,
  isOpen: boolean,
): Verdict {
  const next: NextStep = isOpen ? "stricter-gate" : "other-prompts";
  const chooses = isOpen ? " The stored chooser would choose all the same." : "";
  const reason = `${compared(result, choice)}${chooses}`;
  if (choice.switched === 0)
    return {
      headline: `${useFor(result)}: no question gets another ${candidateNoun(result.choose).one}`,
      reason: `In the questions the chooser found nothing by which another ${candidateNoun(result.choose).one} would do better.`,
      recommendation: "fixed",
      next,
    };
  if (upper < 0)
    return {
      headline: `${useFor(result)}: choosing would cost ${formatPointsWithInterval(choice.uplift, choice.upliftCi95)}`,
      reason,
      recommendation: "fixed",
      next,
    };
  if (lower > 0)
    return {
      headline: `${useFor(result)} for now: choosing measured ${formatPointsWithInterval(choice.uplift, choice.upliftCi95)}, but too unevenly to rely on`,
      reason: `${compared(result, choice)} Checked once more on the questions that the choice is learned from, the gain did not show.`,
      recommendation: "fixed",
      next: "log-more",
    };
  if (upper <= WORTHWHILE)
    return {
      headline: `${useFor(result)}: no sign that choosing helps; a gain above ${formatPoints(upper).replace("+", "")} is excluded`,
      reason,
      recommendation: "fixed",
      next,
    };
  const more = moreQuestions(result.questions, choice.uplift, (upper - lower) / 2);
  return {
    headline:
      more === null
        ? `Too little to tell, and a log ${FARTHEST} times as large might not tell either`
        : `Too little to tell: about ${formatCount(more)} more questions would`,
    reason: `Choosing changes success by ${formatPointsWithInterval(choice.uplift, choice.upliftCi95)}, so it may help or harm. Until more is known, use ${quotedName(result.fixed.promptId)} for everything.${chooses}`,
    recommendation: "fixed",
    next: isOpen ? "stricter-gate" : "log-more",
  };
}

/**
 * Questions to add until the interval, which narrows with the root of their number, either lies above zero or below a
 * gain worth the trouble; the estimate is taken as true.
 * @param halfWidth of the interval, > 0
 * @returns two digits; null where that is out of reach
 */
function moreQuestions(questions: number, uplift: number, halfWidth: number): number | null {
  const distance = Math.max(uplift, WORTHWHILE - uplift);
  const needed = questions * (halfWidth / distance) ** 2;
  if (!Number.isFinite(needed) || needed > FARTHEST * questions) return null;
  return Math.max(10, Number((needed - questions).toPrecision(2)));
}

function useFor(result: EvaluationResult): string {
  return `Use ${quotedName(result.fixed.promptId)} for everything`;
}

function compared(result: EvaluationResult, { success, uplift }: MeasuredChoice): string {
  // The two that are subtracted, so that the three figures agree.
  return `On questions it had not seen, choosing was right in ${formatPercent(success)}, always ${quotedName(result.fixed.promptId)} in ${formatPercent(result.fixed.success ?? success - uplift)}.`;
}
