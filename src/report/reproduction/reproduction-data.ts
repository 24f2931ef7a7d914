import type { Interval, Protocol, StrategyName } from "../../types/index.ts";

/** One strategy's success with K training prompts, the mean over all subsets of that size. Fractions, not per cent. */
export interface ReproducedValue {
  readonly strategy: StrategyName;
  /** null where no test question can be judged. */
  readonly success: number | null;
  /** By question group, of the mean over the subsets. */
  readonly ci95: Interval | null;
  /** Success minus that of the fixed prompt, on the same questions with the same subset. */
  readonly uplift: number | null;
  readonly upliftCi95: Interval | null;
  /** Test questions (under `paper`, rows) it was judged on. */
  readonly units: number;
  /** The reference's figure; null where it gives none, or the experiment is not the reference's. */
  readonly published: number | null;
}

/** How a reward model (or the LLM itself) tells right from wrong: means over prompts, as the reference takes them. */
export interface ReproducedQuality {
  readonly accuracy: number | null;
  /** Leaves out the subsets in which no pair of some prompt is predicted right, as the reference does. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Subsets the precision was averaged over. */
  readonly precisionSubsets: number;
  readonly published: { readonly accuracy: number; readonly precision: number } | null;
}

/** The means over all subsets of K training prompts. */
export interface ReproducedSize {
  /** K. */
  readonly size: number;
  readonly subsets: number;
  readonly strategies: readonly ReproducedValue[];
  /** On the subset's own prompts. */
  readonly seen: ReproducedQuality;
  /** On the held-out prompts; null where there are none with labels. */
  readonly heldOut: ReproducedQuality | null;
  /**
   * Where the reference's ties hold: share of the test units on which the best unseen prompt scores exactly as the
   * best training prompt, and what `all` would achieve if the training prompt won these ties; else null.
   */
  readonly unseenTies: { readonly share: number; readonly successOfTraining: number | null } | null;
}

/** One subset of training prompts. */
export interface ReproducedSubset {
  readonly size: number;
  readonly promptIds: readonly string[];
  readonly success: readonly { readonly strategy: StrategyName; readonly value: number | null }[];
}

/** Which of the three experiments. */
export type ArmName = "reference-paper" | "reference-grouped" | "default-grouped";

/** One experiment over all subsets. */
export interface ReproductionArm {
  readonly name: ArmName;
  readonly protocol: Protocol;
  readonly rewardModel: string;
  /** What the questions' features are, in words. */
  readonly queryFeatures: string;
  readonly promptFeatures: string;
  /** Distinct questions that were learned from. */
  readonly trainQuestions: number;
  /** Test questions; under `paper`, rows. */
  readonly testUnits: number;
  /** Test questions (rows) whose question also trains. */
  readonly alsoInTrain: number;
  readonly sizes: readonly ReproducedSize[];
  readonly subsets: readonly ReproducedSubset[];
  /** Spent on models that were not on disk yet. */
  readonly seconds: number;
}

/** Choosing by the LLM's own confidence, on the published test rows. */
export interface ConfidencePick {
  /** Number of prompts chosen from. */
  readonly prompts: number;
  /** Ties to the first prompt, as the reference has it. */
  readonly first: number | null;
  /** Averaged over ties. */
  readonly averaged: number | null;
  readonly published: { readonly first: number; readonly averaged: number } | null;
}

/** One data set. */
export interface TaskReproduction {
  readonly task: string;
  readonly llm: string;
  readonly trainRows: number;
  readonly testRows: number;
  readonly arms: readonly ReproductionArm[];
  readonly confidence: readonly ConfidencePick[];
  /** null where the log has no critics. */
  readonly selfCritic: {
    readonly seen: ReproducedQuality;
    readonly heldOut: ReproducedQuality | null;
  } | null;
  /** Where our figures differ from the published ones, and why: one sentence or two each. */
  readonly findings: readonly string[];
}

/** A file of published results of another LLM. */
export interface PublishedFile {
  readonly file: string;
  readonly llm: string;
  /** The data set, told by the number of test rows; null where it fits none. */
  readonly task: string | null;
  /** Why it is not shown; null where it is. */
  readonly problem: string | null;
  /** By number of training prompts: means over the models, by the file's own names. */
  readonly sizes: readonly {
    readonly size: number;
    readonly models: number;
    readonly values: readonly { readonly name: string; readonly value: number }[];
  }[];
}

/** The whole reproduction: what `--json` prints and the page shows. All texts are untrusted. */
export interface Reproduction {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly packageVersion: string;
  readonly machine: string;
  readonly preset: string;
  readonly seed: number;
  readonly tasks: readonly TaskReproduction[];
  /** Data sets whose logs are not there, and which files they would be. */
  readonly missing: readonly { readonly task: string; readonly files: readonly string[] }[];
  readonly otherLlms: readonly PublishedFile[];
  readonly seconds: number;
}
