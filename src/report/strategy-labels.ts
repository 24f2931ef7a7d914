import type { StrategyName } from "../types/index.ts";

/**
 * How a strategy is to be read: `ours` is what this package recommends, `rule` could be used on new questions too,
 * `baseline` is what to beat, and `hindsight` looked at the test labels, so nobody could have followed it.
 */
export type StrategyRole = "ours" | "rule" | "baseline" | "hindsight";

/** A strategy's name in words. */
export interface StrategyLabel {
  readonly title: string;
  readonly explanation: string;
  readonly role: StrategyRole;
}

/** In words, every strategy that may stand in a result. */
export const STRATEGY_LABELS: Readonly<Record<StrategyName, StrategyLabel>> = {
  fixed: {
    title: "Best single prompt",
    explanation: "one prompt for every question, the best one by the training labels",
    role: "baseline",
  },
  safe: {
    title: "Safe choice",
    explanation:
      "chooses per question where the training questions show that it pays, else the best single prompt",
    role: "ours",
  },
  argmax: {
    title: "Choice per question",
    explanation: "always the training prompt with the highest predicted success",
    role: "ours",
  },
  "held-out": {
    title: "Among unseen prompts",
    explanation:
      "the highest predicted success among prompts never tried in training, scored from their text",
    role: "rule",
  },
  all: {
    title: "Among all prompts",
    explanation: "the highest predicted success among training and unseen prompts",
    role: "rule",
  },
  hybrid: {
    title: "Hybrid rule",
    explanation:
      "a training prompt, unless all of them score below one half: then an unseen prompt (the paper's rule)",
    role: "rule",
  },
  random: { title: "Random prompt", explanation: "a training prompt at random", role: "baseline" },
  confidence: {
    title: "LLM's own confidence",
    explanation:
      "the prompt whose answer the LLM is most confident of, ties averaged; needs every answer first",
    role: "baseline",
  },
  "confidence-first": {
    title: "LLM's confidence, first tie",
    explanation: "as above, but the first prompt wins ties, as in the paper",
    role: "baseline",
  },
  "best-of-train": {
    title: "Best single, by test labels",
    explanation: "the one prompt that turned out best on the test questions (the paper's baseline)",
    role: "hindsight",
  },
  oracle: {
    title: "Any prompt right",
    explanation: "a bound no one can reach: whether any prompt was right, luck of single answers included",
    role: "hindsight",
  },
};

/** The order in which strategies are shown: what to beat, ours, other rules, then hindsight. */
const SHOWN_ORDER: readonly StrategyName[] = [
  "fixed",
  "safe",
  "argmax",
  "hybrid",
  "all",
  "held-out",
  "confidence",
  "confidence-first",
  "random",
  "best-of-train",
  "oracle",
];

/** Strategies in the order they are shown; the input is left as it is. */
export function inShownOrder<Strategy extends { readonly name: StrategyName }>(
  strategies: readonly Strategy[],
): Strategy[] {
  return strategies.toSorted((a, b) => SHOWN_ORDER.indexOf(a.name) - SHOWN_ORDER.indexOf(b.name));
}

/** Protocols in words. */
export const PROTOCOL_LABELS: Readonly<Record<"grouped" | "nested" | "paper", string>> = {
  grouped: "grouped split",
  nested: "nested cross-validation",
  paper: "the paper's protocol",
};
