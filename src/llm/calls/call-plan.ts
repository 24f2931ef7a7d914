import { contentHash } from "../../util/index.ts";
import type { ChatMessage, Sampling } from "../chat-model.ts";

/**
 * What tells a call from all others of its journal. Every call is about one question, one prompt (or whatever plays its
 * part) and one repetition; a call about something else leaves what it does not need empty.
 */
export interface CallName {
  readonly queryId: string;
  readonly promptId: string;
  /** 0-based. */
  readonly repetition: number;
}

/** One call that may be made. */
export interface PlannedCall extends CallName {
  /** Position in the plan. */
  readonly index: number;
  /** Calls of one kind, 0 ≤ kind < `kinds`, are expected to have answers of about one length. */
  readonly kind: number;
}

/** A call as it is sent. */
export interface RenderedCall {
  readonly messages: readonly ChatMessage[];
  readonly sampling: Sampling;
  /** UTF-8 bytes of the messages. */
  readonly bytes: number;
}

/** All calls of one purpose, in the order in which they are sent. */
export interface CallPlan {
  readonly length: number;
  readonly kinds: number;
  call(index: number): PlannedCall;
  /** Position of a call, or undefined where it is not part of the plan. */
  indexOf(name: CallName): number | undefined;
  /** @throws UsageError where the call leaves no room for an answer */
  render(call: PlannedCall): RenderedCall;
}

/** A name as one string, for sets and maps. */
export function toKey({ queryId, promptId, repetition }: CallName): string {
  return JSON.stringify([queryId, promptId, repetition]);
}

/** Where the randomness of a call starts: the same in every session, another one for each call. In [0, 2³²). */
export function deriveSeed(name: CallName): number {
  return Number.parseInt(contentHash(toKey(name)).slice(0, 8), 16);
}
