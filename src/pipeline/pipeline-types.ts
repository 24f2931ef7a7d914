import type { GroupBy } from "../data/index.ts";
import type {
  CandidateKind,
  ChooserGate,
  GateStrength,
  Protocol,
  QueryFeatures,
  StrategyResult,
  WorkOptions,
} from "../types/index.ts";
import type { RenderedPrompt, RenderSettings } from "./rendering/render-prompt.ts";

/** How success is to be weighed against cost, in one of three ways; costs are in the log's unit. */
export interface KnobOptions {
  /** What a right answer is worth. */
  readonly worth?: number | undefined;
  /** What a question may cost on average. */
  readonly budget?: number | undefined;
  /** Share of the most successful candidate's success to keep, at least, as cheaply as possible: from 0 to 1. */
  readonly keep?: number | undefined;
}

/** See `ModelOptions.propensity`. */
export type PropensityChoice = "rates" | "model";

/** What every stage that trains something accepts. */
export interface ModelOptions extends WorkOptions, KnobOptions {
  /** @default "kernel-ridge" */
  readonly rewardModel?: string;
  /** @default the reward model's own default, "form-tf+symbol-tf+style" and the log's features for kernel ridge */
  readonly embedder?: string;
  /** @default "character-ngrams" */
  readonly promptEmbedder?: string;
  /** @default "balanced" */
  readonly gate?: GateStrength;
  /**
   * What counts as the same question, which never both trains and tests: `text`, case and white space folded; `form`,
   * numbers masked too; or a column: `group`, or one of the questions' features. A recorded group always joins.
   * @default "text"
   */
  readonly groupBy?: GroupBy;
  /**
   * Where a log that has not all answers, and does not say by which chance each prompt was put to a question, takes that
   * from: how often each prompt was tried (`rates`), or a model of the question (`model`).
   * @default "rates"
   */
  readonly propensity?: PropensityChoice;
  /** @default 7 */
  readonly seed?: number;
  /** Which LLM's interactions to use, where the log holds several. */
  readonly llm?: string | undefined;
  /**
   * What is chosen: prompts on one LLM, LLMs under one prompt, or both.
   * @default prompts where the log is of one LLM or `llm` names one, LLMs where it has one prompt, else both
   */
  readonly choose?: CandidateKind | undefined;
  /**
   * What a call costs, by candidate, LLM or prompt, in place of the costs in the log.
   * @default the log's, if it has any
   */
  readonly cost?: Readonly<Record<string, number>> | undefined;
  /** Of costs. @default "dollars" */
  readonly costUnit?: string | undefined;
}

/** Options of `evaluateRun`. */
export interface EvaluateOptions extends ModelOptions {
  /** @default "nested", but "grouped" for logs of fewer than 6 different questions */
  readonly protocol?: Protocol;
  /** Ignore a stored result and compute anew. @default false */
  readonly force?: boolean;
}

/** One subset of training prompts in a sweep over all of them. */
export interface SubsetResult {
  /** Number of training prompts in the subset. */
  readonly size: number;
  readonly promptIds: readonly string[];
  readonly strategies: readonly StrategyResult[];
}

/** Result of a sweep: every subset, and the mean of each strategy by subset size K. */
export interface SubsetSweep {
  readonly protocol: Protocol;
  readonly subsets: readonly SubsetResult[];
  readonly meansBySize: readonly {
    readonly size: number;
    readonly subsets: number;
    readonly success: Readonly<Record<string, number | null>>;
  }[];
  /** The CSV this was written to. */
  readonly file: string;
}

/** Result of `trainRun`. */
export interface TrainingSummary {
  /** Whose answers it learned from. */
  readonly llm: string;
  /** Name of the reward model. */
  readonly rewardModel: string;
  readonly embedder: string;
  readonly questions: number;
  readonly prompts: number;
  readonly fixedPromptId: string;
  readonly gate: ChooserGate;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** Where the model was stored. */
  readonly directory: string;
  readonly seconds: number;
}

/** What is recommended, as `recommend --json` prints it. */
export interface Recommendation {
  /** The prompt's id where the log is of one LLM, else the LLM's name, or both. */
  readonly candidateId: string;
  readonly promptId: string;
  /** The LLM to put it to: where the log is of one, that one. */
  readonly llm: string;
  /** Template of the recommended prompt. */
  readonly prompt: string;
  /** Estimated success of the recommended prompt for this question, in [0, 1]. */
  readonly score: number;
  /** What a call is expected to cost, in the log's unit; null where unknown. */
  readonly expectedCost: number | null;
  /** null where unknown. */
  readonly expectedLatencyMs: number | null;
  /** What would be recommended for every question alike. */
  readonly fixedCandidateId: string;
  readonly fixedPromptId: string;
  readonly fixedScore: number;
  /** Whether the choice depends on the question, or the fixed prompt is recommended for every question. */
  readonly queryDependent: boolean;
  /** The largest likeness (cosine) to a question of the log, in [0, 1]. */
  readonly similarity: number;
  /** Why, in words. */
  readonly reason: string;
  /** The other candidates, best first. */
  readonly alternatives: readonly {
    readonly id: string;
    readonly promptId: string;
    readonly llm: string;
    readonly score: number;
  }[];
  readonly ms: number;
}

/**
 * A recommendation with the prompt rendered: `messages`, `text`, `stableMessages`. These are made when they are read,
 * which is when a variable without a value is an error, and are no part of the object's JSON.
 */
export type RenderedRecommendation = Recommendation & RenderedPrompt;

/** Names the prompt to use for a question. */
export interface Chooser {
  /** What it chooses among, in column order. */
  readonly candidates: readonly {
    readonly id: string;
    readonly promptId: string;
    readonly llm: string;
    readonly template: string;
  }[];
  /** The prompts of these. */
  readonly promptIds: readonly string[];
  readonly fixedPromptId: string;
  readonly fixedCandidateId: string;
  /** Features of questions that it learned from, beside their texts. */
  readonly featureNames: readonly string[];
  /**
   * Synchronous; a fraction of a millisecond with the built-in embedders, some more for very long questions.
   * @param options.variables values of the templates' variables; how the log's answers were asked for is known where
   * `collect` made the log, and else given by `system`, `fewShot`, `place` and `separator`
   * @throws UsageError where the question is no text, or the embedder is a remote endpoint: use `recommendMany`
   */
  recommend(
    question: string,
    options?: RenderSettings & KnobOptions & { readonly features?: QueryFeatures | undefined },
  ): RenderedRecommendation;
  /**
   * Works with every embedder.
   * @param options.features of each question, as they were logged
   * @throws UsageError where a question is no text
   */
  recommendMany(
    questions: readonly string[],
    options?: RenderSettings &
      KnobOptions & { readonly features?: readonly (QueryFeatures | undefined)[] | undefined },
  ): Promise<RenderedRecommendation[]>;
  /**
   * Puts a question into the prompt of any candidate, as `recommend` does with the one it recommends.
   * @throws UsageError where there is no such candidate; DataError where a variable has no value
   */
  render(candidateId: string, question: string, settings?: RenderSettings): RenderedPrompt;
}

/** Result of `scoreRun`: rewards of any prompts for any questions. */
export interface ScoreResult {
  readonly queryIds: readonly string[];
  readonly promptIds: readonly string[];
  /** Whether each prompt has labels in the log or is scored from its text alone. */
  readonly seen: readonly boolean[];
  /** `rewards[i][j]`: estimated success of prompt j for question i. */
  readonly rewards: readonly (readonly number[])[];
}

/** One row of `optimizeRun`. */
export interface OptimizedChoice extends Omit<Recommendation, "alternatives" | "ms" | "similarity"> {
  readonly queryId: string;
  readonly question: string;
}
