import type { AnswerMatcherName } from "../../data/index.ts";
import type { Prompt, Query, WorkOptions } from "../../types/index.ts";
import type { ChatModel } from "../chat-model.ts";
import type { CostEstimate } from "../cost/cost-forecast.ts";
import type { ModelPrice } from "../cost/prices.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";
import type { OpenLineFile } from "./answer-log.ts";
import type { UnknownCall } from "./journal-state.ts";

/** What is collected, and how. */
export interface CollectOptions extends WorkOptions {
  /** The run directory to make, or to go on with. */
  readonly run: string;
  readonly model: ChatModel;
  /** With golden answers. */
  readonly queries: readonly Query[];
  readonly prompts: readonly Prompt[];
  readonly settings: CallSettings;
  /** What says whether an answer is right. @default "numeric" */
  readonly matcher?: AnswerMatcherName;
  /** How often each question is asked with each prompt. @default 1 */
  readonly repeats?: number;
  /** Calls under way at once. @default 8 */
  readonly concurrency?: number;
  /** Further attempts of a call that failed for reasons that pass. @default 4 */
  readonly retries?: number;
  /** First pause between attempts; it doubles each time, by chance up to twice that again. @default 500 */
  readonly firstRetryDelayMs?: number;
  /** Time for one attempt. @default 120000 */
  readonly timeoutMs?: number;
  /** Calls given up one after another, without an answer between them, that end the collection. @default 8 */
  readonly failuresToStop?: number;
  readonly price?: ModelPrice;
  /** Most US dollars the run may cost, over all its sessions. Needs a price and a limit of tokens. */
  readonly maxCost?: number;
  /** Leave calls of unknown outcome alone. @default false */
  readonly holdUnknown?: boolean;
  /** Send calls again that an earlier session gave up after attempts that may have cost. @default false */
  readonly retryFailed?: boolean;
  /** Files the questions and prompts came from, for `run.json`. */
  readonly sourceFiles?: readonly string[];
  readonly onWarning?: (message: string) => void;
  /** Told after every call. */
  readonly onStatus?: (status: CollectStatus) => void;
  /** Opens the log's files; tests inject failing ones. */
  readonly openLogFile?: OpenLineFile;
}

/** Where a collection stands. */
export interface CollectStatus {
  readonly done: number;
  readonly total: number;
  /** Calls given up in this session. */
  readonly errors: number;
  /** Spent over all sessions, in US dollars; undefined where the price is not known. */
  readonly cost?: number;
}

/** Why a collection ended: nothing is left to do, or the next call might pass the limit of costs. */
export type CollectEnd = "complete" | "max-cost";

/** What a collection did; counts of calls are over all sessions unless they say otherwise. */
export interface CollectSummary {
  /** The run directory. */
  readonly run: string;
  readonly model: string;
  readonly ended: CollectEnd;
  readonly calls: {
    readonly planned: number;
    /** Answered before this session. */
    readonly answeredBefore: number;
    /** Answered in this session. */
    readonly answered: number;
    /** Given up, now or before. */
    readonly failed: number;
    /** Of unknown outcome and held. */
    readonly held: number;
    /** Neither answered nor given up nor held. */
    readonly remaining: number;
    /** Requests sent in this session, retries included. */
    readonly attempts: number;
  };
  /** Calls found with unknown outcome at the start; sent again unless held. */
  readonly unknown: readonly UnknownCall[];
  /** Interactions in the run. */
  readonly interactions: number;
  /** Share of right answers of this session; undefined without any. */
  readonly success?: number;
  readonly tokens: { readonly input: number; readonly output: number };
  /** Over all sessions, in US dollars; undefined where the price is not known. */
  readonly cost?: number;
  /** The most that failed and unknown attempts may have cost on top, in US dollars. */
  readonly possibleCost?: number;
  /** What the rest was expected to take after the first calls of this session. */
  readonly revisedEstimate?: CostEstimate & { readonly afterCalls: number };
}
