import type { StrategyName } from "../../types/index.ts";
import type { ArmName } from "./reproduction-data.ts";

/** The experiments in words. */
export const ARM_LABELS: Readonly<
  Record<ArmName, { readonly title: string; readonly short: string; readonly explanation: string }>
> = {
  "reference-paper": {
    title: "The reference's recipe on the paper's rows",
    short: "recipe, paper's rows",
    explanation:
      "boosted trees fitted on the first 80 % of the training rows, judged on the published test rows, leak and all",
  },
  "reference-grouped": {
    title: "The same recipe with the leak closed",
    short: "recipe, leak closed",
    explanation: "no question, numbers masked, stands on both sides; each question counts once",
  },
  "default-grouped": {
    title: "This package's default model with the leak closed",
    short: "our model, leak closed",
    explanation: "the same split; the model, features and tie rules this package uses by itself",
  },
};

/** Column titles: the reference's words where it has some. */
const COLUMN_TITLES: Readonly<Partial<Record<StrategyName, string>>> = {
  fixed: "fixed",
  "best-of-train": "training best",
  argmax: "train",
  safe: "safe",
  "held-out": "held",
  all: "all",
  hybrid: "hybrid",
  "confidence-first": "conf., first tie",
  confidence: "conf., averaged",
};

/** A column's title; the name itself where there is no other. */
export function columnTitle(strategy: StrategyName): string {
  return COLUMN_TITLES[strategy] ?? strategy;
}
