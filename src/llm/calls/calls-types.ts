import type { z } from "zod";
import type { WorkOptions } from "../../types/index.ts";
import type { ChatModel } from "../chat-model.ts";
import type { CostEstimate } from "../cost/cost-forecast.ts";
import type { ModelPrice } from "../cost/prices.ts";
import type { OpenLineFile } from "./answer-log.ts";
import type { CallName, CallPlan } from "./call-plan.ts";
import type { AnsweredRecord } from "./journal-records.ts";
import type { UnknownCall } from "./journal-state.ts";
import type { RecordedCalls } from "./recorded-calls.ts";

/** How calls are made, whatever they are for. */
export interface CallOptions extends WorkOptions {
  readonly llm: ChatModel;
  /** Calls under way at once, no more than the LLM works on. @default 8 */
  readonly concurrency?: number;
  /** Most attempts begun in any minute, evenly spaced. @default no limit */
  readonly callsPerMinute?: number;
  /** Further attempts of a call that failed for reasons that pass. @default 4 */
  readonly retries?: number;
  /** First pause between attempts; it doubles each time, by chance up to twice that again. @default 500 */
  readonly firstRetryDelayMs?: number;
  /** Time for one attempt. @default 120000 */
  readonly timeoutMs?: number;
  /**
   * Calls given up one after another, without an answer between them, that end the work; refusals of one question count
   * once, and not where they name it as the reason and others were answered. @default 8
   */
  readonly failuresToStop?: number;
  readonly price?: ModelPrice;
  /** Most US dollars all calls of the journal may cost, over all sessions. Needs a price and a limit of tokens. */
  readonly maxCost?: number;
  /** Leave calls of unknown outcome alone. @default false */
  readonly skipUncertain?: boolean;
  /** Send calls again that an earlier session gave up after attempts that may have cost. @default false */
  readonly retryFailed?: boolean;
  readonly onWarning?: (message: string) => void;
  /** Told after every call. */
  readonly onStatus?: (status: CallStatus) => void;
  /** Opens the log's files; tests inject failing ones. */
  readonly openLogFile?: OpenLineFile;
}

/** What calls are for: which ones, and what becomes of their answers. */
export interface CallJob<Line extends CallName> {
  readonly plan: CallPlan;
  /** Where this plan is one stage of several: all their calls. @default the plan */
  readonly wholePlan?: CallPlan;
  /** Name of the work, for progress. */
  readonly stage: string;
  /** Most tokens of an answer, for estimates; undefined where they differ or are not limited. */
  readonly maxTokens: number | undefined;
  /** File with the intents and the raw answers. */
  readonly journalFile: string;
  /** File with the lines made from answers. */
  readonly linesFile: string;
  readonly lineSchema: z.ZodType<Line>;
  /**
   * The line made from an answer. Asked again, in a later session, for answers whose line was lost.
   * @param said the answer as it came, to be graded; the record's may have keys hidden in it. Undefined in a later session
   * @returns undefined where there is nothing to keep besides the journal's record
   */
  toLine(answered: AnsweredRecord, said?: string): Line | undefined;
  /** Told of every line of this session. */
  onLine?(line: Line): void;
  /** Told what there is, before the first call and after the last. */
  onCounts?(recorded: RecordedCalls, failedCalls: number): Promise<void>;
}

/** Where the work stands. */
export interface CallStatus {
  readonly done: number;
  readonly total: number;
  /** Calls given up in this session. */
  readonly errors: number;
  /** Spent over all sessions, in US dollars; undefined where the price is not known. */
  readonly cost?: number;
}

/** Why the work ended: nothing is left to do, or the next call might pass the limit of costs. */
export type CallsEnd = "complete" | "max-cost";

/** What was done; counts of calls are over all sessions unless they say otherwise. */
export interface CallsSummary {
  readonly llm: string;
  readonly ended: CallsEnd;
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
  /** Why the call failed that this session gave up last; undefined where it gave up none. Holds no key. */
  readonly lastFailure?: string;
  /** Calls found with unknown outcome at the start, planned or not; those planned are sent again unless held. */
  readonly unknown: readonly UnknownCall[];
  /** Of this session. */
  readonly tokens: { readonly input: number; readonly output: number };
  /** Over all sessions, in US dollars; undefined where the price is not known. */
  readonly cost?: number;
  /** The most that failed and unknown attempts may have cost on top, in US dollars. */
  readonly possibleCost?: number;
  /** What the rest was expected to take after the first calls of this session. */
  readonly revisedEstimate?: CostEstimate & { readonly afterCalls: number };
}
