import { z } from "zod";
import type { CallName } from "./call-plan.ts";

/** Which call, and the how-manieth attempt at it. */
interface CallRecord {
  readonly query: string;
  readonly prompt: string;
  /** 0-based. */
  readonly repetition: number;
  /** 1-based, over all sessions. */
  readonly attempt: number;
}

/** Stands on disk before the call is sent. */
export interface SentRecord extends CallRecord {
  readonly type: "sent";
  /** The most it can be billed for. */
  readonly mostInputTokens: number;
  readonly mostOutputTokens?: number;
  /** In US dollars. */
  readonly mostCost?: number;
}

/** Stands on disk before the answer counts. */
export interface AnsweredRecord extends CallRecord {
  readonly type: "answered";
  readonly answer: string;
  /** In how many places of the answer a key that came back was hidden. */
  readonly hiddenKeys?: number;
  readonly finishReason: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In US dollars. */
  readonly cost?: number;
  readonly latencyMs: number;
}

/** An attempt that brought no answer. */
export interface FailedRecord extends CallRecord {
  readonly type: "failed";
  readonly message: string;
  /** Of HTTP. */
  readonly status?: number;
  /** Whether the provider may charge for this attempt. */
  readonly mayBeBilled: boolean;
  /** Whether the call was given up with this attempt. */
  readonly isFinal: boolean;
}

/** A process began to work on the run. */
export interface SessionRecord {
  readonly type: "session";
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly packageVersion: string;
  readonly provider: string;
  readonly baseUrl?: string;
}

/** A line of a journal. */
export type JournalRecord = SentRecord | AnsweredRecord | FailedRecord | SessionRecord;

/** The call that a record is about. */
export function toCallName({ query, prompt, repetition }: CallRecord): CallName {
  return { queryId: query, promptId: prompt, repetition };
}

const count = z.int().min(0);
const dollars = z.number().min(0).exactOptional();
const call = { query: z.string(), prompt: z.string(), repetition: count, attempt: z.int().min(1) };

export const journalSchema: z.ZodType<JournalRecord> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("sent"),
    ...call,
    mostInputTokens: count,
    mostOutputTokens: count.exactOptional(),
    mostCost: dollars,
  }),
  z.object({
    type: z.literal("answered"),
    ...call,
    answer: z.string(),
    hiddenKeys: count.exactOptional(),
    finishReason: z.string(),
    inputTokens: count.exactOptional(),
    outputTokens: count.exactOptional(),
    cost: dollars,
    latencyMs: z.number().min(0),
  }),
  z.object({
    type: z.literal("failed"),
    ...call,
    message: z.string(),
    status: z.int().exactOptional(),
    mayBeBilled: z.boolean(),
    isFinal: z.boolean(),
  }),
  z.object({
    type: z.literal("session"),
    startedAt: z.string(),
    packageVersion: z.string(),
    provider: z.string(),
    baseUrl: z.string().exactOptional(),
  }),
]);
