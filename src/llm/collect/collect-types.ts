import type { MatcherOptions } from "../../data/index.ts";
import type { Prompt, Query } from "../../types/index.ts";
import type { CallOptions, CallsSummary } from "../calls/calls-types.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";
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
  /** Files the questions and prompts came from, for `run.json`. */
  readonly sourceFiles?: readonly string[];
}

/** What a collection did. */
export interface CollectSummary extends CallsSummary {
  /** The run directory. */
  readonly run: string;
  /** Interactions in the run. */
  readonly interactions: number;
  /** Answers without a label, with the matcher `none`. */
  readonly unlabelled?: number;
  /** Mean reward of this session's answers; undefined without any. */
  readonly success?: number;
}
