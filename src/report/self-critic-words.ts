import type { CallCost, SelfCriticComparison } from "../types/index.ts";
import { formatCount, formatPercent, formatPointsWithInterval } from "./format-number.ts";

const twoDigits = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 2,
  maximumSignificantDigits: 2,
});

/** What choosing one question's prompt by asking the LLM takes; undefined where the log does not say. */
export interface AskingCost {
  readonly calls: number;
  /** Tokens of the verdicts alone, in and out. */
  readonly verdictTokens: number | undefined;
  /** In US dollars. */
  readonly cost: number | undefined;
  readonly seconds: number | undefined;
}

/** An answer and a verdict for each training prompt, at their mean cost. */
export function askingCost({ callsPerQuestion, perVerdict, perAnswer }: SelfCriticComparison): AskingCost {
  const prompts = callsPerQuestion / 2;
  const both = (part: "cost" | "latencyMs"): number | undefined => {
    const [verdict, answer] = [perVerdict?.[part] ?? null, perAnswer?.[part] ?? null];
    return verdict === null || answer === null ? undefined : prompts * (verdict + answer);
  };
  const latencyMs = both("latencyMs");
  return {
    calls: callsPerQuestion,
    verdictTokens: countTokens(perVerdict, prompts),
    cost: both("cost"),
    seconds: latencyMs === undefined ? undefined : latencyMs / 1000,
  };
}

function countTokens(perVerdict: CallCost | null, prompts: number): number | undefined {
  const { inputTokens, outputTokens } = perVerdict ?? { inputTokens: null, outputTokens: null };
  return inputTokens === null || outputTokens === null ? undefined : prompts * (inputTokens + outputTokens);
}

/** The comparison in two sentences: how often each is right, and what each takes. */
export function selfCriticSentence(comparison: SelfCriticComparison): string {
  const { critic, rewardModel, accuracyGain, accuracyGainCi95 } = comparison;
  const cost = askingCost(comparison);
  const further = [
    cost.verdictTokens === undefined ? [] : [`${Math.round(cost.verdictTokens)} tokens for the verdicts`],
    cost.cost === undefined ? [] : [formatDollars(cost.cost)],
    cost.seconds === undefined ? [] : [`${formatSeconds(cost.seconds)} s one after the other`],
  ].flat();
  return [
    `Asked about its own answers, the LLM is right on ${accuracyWords(critic)}; the reward model, which sees no answer, on ${accuracyWords(rewardModel)}: ${formatPointsWithInterval(accuracyGain, accuracyGainCi95)}.`,
    `To choose by asking takes ${[`${cost.calls} calls a question`, ...further].join(", ")}; the reward model calls nobody.`,
  ].join(" ");
}

function accuracyWords({ accuracy, precision }: SelfCriticComparison["critic"]): string {
  return precision === null
    ? `${formatPercent(accuracy)} (it calls none right)`
    : `${formatPercent(accuracy)} (of those called right, ${formatPercent(precision)})`;
}

/** Small amounts keep their digits. */
export function formatDollars(dollars: number): string {
  return dollars === 0 || dollars >= 0.01 ? `$${dollars.toFixed(2)}` : `$${twoDigits.format(dollars)}`;
}

/** Short times keep their digits, long ones are whole seconds; without the unit. */
export function formatSeconds(seconds: number): string {
  return seconds < 10 ? twoDigits.format(seconds) : formatCount(seconds);
}
