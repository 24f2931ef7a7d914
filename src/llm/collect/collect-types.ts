import type { MatcherOptions } from "../../data/index.ts";
import type { Prompt, Query } from "../../types/index.ts";
import type { Strategy } from "../allocate/allocation-types.ts";
import type { AllocationSummary } from "../allocate/describe-allocation.ts";
import type { CallOptions, CallsSummary } from "../calls/calls-types.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";
import type { AnswerLimits } from "./count-limits.ts";
import type { QuestionPromptPair } from "./selected-calls.ts";

/** What is collected, and how. */
export interface CollectOptions extends CallOptions, Omit<MatcherOptions, "matcher"> {
  /** The run directory to make, or to go on with. */
  readonly run: string;
  /** With golden answers, unless the matcher does without. */
  readonly queries: readonly Query[];
  readonly prompts: readonly Prompt[];
  readonly settings: CallSettings;
  /** What says whether an answer is right; `none` keeps answers without labels, for a judge. @default "numeric" */
  readonly matcher?: MatcherOptions["matcher"] | "none";
  /** How often each question is asked with each prompt. @default 1 */
  readonly repeats?: number;
  /** Only these, once each, in this order. @default every question with every prompt */
  readonly pairs?: readonly QuestionPromptPair[];
  /**
   * How calls are spread over prompts; `halving` and `bandit` need `calls`, and all questions and prompts from the
   * beginning. @default "uniform"
   */
  readonly strategy?: Strategy;
  /** With another strategy than `uniform`: most calls of the run, over all sessions. */
  readonly calls?: number;
  /** Of the order of questions, and of all that is drawn by chance; only used by these strategies. @default 7 */
  readonly seed?: number;
  /** Files the questions and prompts came from, for `run.json`. */
  readonly sourceFiles?: readonly string[];
}

/** What a collection did. */
export interface CollectSummary extends CallsSummary, AnswerLimits {
  /** The run directory. */
  readonly run: string;
  /** Interactions in the run. */
  readonly interactions: number;
  /** Answers without a label, with the matcher `none`. */
  readonly unlabeled?: number;
  /** What was spent on which prompts, with another strategy than `uniform`. */
  readonly allocation?: AllocationSummary;
  /** Mean reward of this session's answers; undefined without any. */
  readonly success?: number;
}
