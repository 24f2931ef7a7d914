import type { AnswerMatcherName } from "../../data/index.ts";
import type { Prompt, Query } from "../../types/index.ts";
import type { CallOptions, CallsSummary } from "../calls/calls-types.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";
import type { QuestionPromptPair } from "./selected-calls.ts";

/** What is collected, and how. */
export interface CollectOptions extends CallOptions {
  /** The run directory to make, or to go on with. */
  readonly run: string;
  /** With golden answers. */
  readonly queries: readonly Query[];
  readonly prompts: readonly Prompt[];
  readonly settings: CallSettings;
  /** What says whether an answer is right. @default "numeric" */
  readonly matcher?: AnswerMatcherName;
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
  /** Share of right answers of this session; undefined without any. */
  readonly success?: number;
}
