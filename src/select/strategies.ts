import type { StrategyName } from "../types/index.ts";

/** A strategy as help texts and reports present it. */
export interface StrategyDescription {
  readonly name: StrategyName;
  /** One line. */
  readonly title: string;
  readonly description: string;
}

/** Every strategy, in the order in which results list them. */
export const STRATEGIES: readonly StrategyDescription[] = [
  {
    name: "fixed",
    title: "Best fixed prompt",
    description:
      "Always the one training prompt with the best success on the training labels. The baseline that every other strategy is compared with.",
  },
  {
    name: "best-of-train",
    title: "Best fixed prompt by test labels",
    description:
      "Always the one training prompt with the best success on the test labels. This is the reference's baseline; it has seen the answers, so it is a little too good.",
  },
  {
    name: "argmax",
    title: "Best-scored training prompt",
    description:
      "For each question the training prompt with the highest predicted reward. Ties go to the fixed prompt, as do questions without a known word.",
  },
  {
    name: "safe",
    title: "Best-scored training prompt, if proven",
    description:
      "As argmax, but only where its uplift on training questions left out of the fit passes the gate; otherwise the fixed prompt. What `recommend` does.",
  },
  {
    name: "held-out",
    title: "Best-scored held-out prompt",
    description:
      "For each question the held-out prompt with the highest reward predicted from its text alone: how far a reward model carries to prompts never tried.",
  },
  {
    name: "all",
    title: "Best-scored prompt of all",
    description:
      "For each question the prompt with the highest predicted reward, held-out prompts included. A held-out prompt's reward is a weighted mean of the training prompts', so it is never the highest: the choice is argmax's, judged where every prompt is labeled.",
  },
  {
    name: "hybrid",
    title: "The reference's rule",
    description:
      "The best-scored training prompt, unless every training prompt scores below 0.5; then the best-scored held-out prompt. The rule the reference deploys.",
  },
  {
    name: "random",
    title: "Any training prompt",
    description:
      "A training prompt drawn at random for each question; the expected success, computed, not sampled.",
  },
  {
    name: "confidence",
    title: "The LLM's own confidence",
    description:
      "For each question the training prompt whose answer the LLM itself was most confident of, averaged over ties. It needs an LLM call for every prompt.",
  },
  {
    name: "confidence-first",
    title: "The LLM's own confidence, first of ties",
    description:
      "As confidence, but ties go to the first prompt, as in the reference; where that prompt happens to be good, it flatters. Under the protocol `paper` only.",
  },
  {
    name: "oracle",
    title: "Best prompt in hindsight",
    description:
      "For each question the training prompt with the best observed reward. It takes luck for skill: with one sample a question no chooser can come near it; see the attainable oracle.",
  },
];
