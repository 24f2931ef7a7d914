import { parseRecord, readJsonLines } from "../../data/index.ts";
import { computeCost, type ModelPrice } from "../cost/prices.ts";
import { type CallName, type CallPlan, toKey } from "./call-plan.ts";
import { type AnsweredRecord, journalSchema, type SentRecord, toCallName } from "./journal-records.ts";

/** What is known of a planned call. */
export const CALL_STATE = {
  /** Not sent yet, or only in attempts that certainly cost nothing. */
  pending: 0,
  answered: 1,
  /** Given up after attempts that may have cost. */
  failed: 2,
  /** Sent, and nothing more is known. */
  unknown: 3,
} as const;

/** A call that was sent in an earlier session, without anything on disk that says what became of it. */
export interface UnknownCall extends CallName {
  /** What sending it again may cost a second time, at most, in US dollars; undefined where the price is not known. */
  readonly mostCost?: number;
}

/** What earlier sessions did. */
export interface JournalState {
  /** One of `CALL_STATE` for each planned call. */
  readonly states: Uint8Array;
  /** Attempts made so far, for planned calls that are not answered. */
  readonly attempts: Map<number, number>;
  /** Calls of unknown outcome, planned or not, in order of sending. */
  readonly unknown: readonly UnknownCall[];
  /** Attempts of all calls. */
  attemptsMade: number;
  /** Answers, of planned calls and others. */
  answered: number;
  /** Billed in US dollars, as far as prices are known. */
  spent: number;
  /** The most that failed and unknown attempts may have cost, in US dollars. */
  possiblySpent: number;
  /** Whether there are attempts whose cost cannot be bounded, because they had no limit of tokens. */
  hasUnboundedCost: boolean;
  /** Addresses at which the earlier sessions found the LLM. */
  readonly baseUrls: ReadonlySet<string>;
}

/**
 * Reads the journal from its beginning.
 * @param onAnswer called for every answer, in order
 * @throws DataError with file and line where a record is malformed
 */
export async function readJournal(
  path: string,
  plan: CallPlan,
  price: ModelPrice | undefined,
  onAnswer: (record: AnsweredRecord) => Promise<void>,
): Promise<JournalState> {
  const states = new Uint8Array(plan.length);
  const attempts = new Map<number, number>();
  /** Attempts without an outcome, by call; a Map keeps the order of sending. */
  const open = new Map<string, SentRecord>();
  const mayHaveCost = new Set<number>();
  const baseUrls = new Set<string>();
  const unknown: UnknownCall[] = [];
  const state: JournalState = {
    states,
    attempts,
    unknown,
    attemptsMade: 0,
    answered: 0,
    spent: 0,
    possiblySpent: 0,
    hasUnboundedCost: false,
    baseUrls,
  };
  const countUncertain = (sent: SentRecord): void => {
    const most = mostCost(sent, price);
    if (most === undefined) state.hasUnboundedCost = true;
    else state.possiblySpent += most;
  };
  for await (const { line, value } of readJsonLines(path, { tornLastLine: "drop" })) {
    const record = parseRecord(journalSchema, value, "record of the journal", { file: path, line });
    if (record.type === "session") {
      if (record.baseUrl !== undefined) baseUrls.add(record.baseUrl);
      continue;
    }
    const name = toCallName(record);
    const key = toKey(name);
    const index = plan.indexOf(name);
    const sent = open.get(key);
    open.delete(key);
    if (record.type === "sent") {
      // Sent again without an outcome of the time before: that one stays unknown for ever.
      if (sent !== undefined) countUncertain(sent);
      open.set(key, record);
      state.attemptsMade++;
      if (index !== undefined) {
        states[index] = CALL_STATE.unknown;
        attempts.set(index, record.attempt);
      }
    } else if (record.type === "answered") {
      state.answered++;
      state.spent += billedCost(record, sent, price) ?? 0;
      if (index !== undefined) {
        states[index] = CALL_STATE.answered;
        attempts.delete(index);
        mayHaveCost.delete(index);
      }
      await onAnswer(record);
    } else {
      if (record.mayBeBilled && sent !== undefined) countUncertain(sent);
      if (index !== undefined) {
        if (record.mayBeBilled) mayHaveCost.add(index);
        states[index] = record.isFinal && mayHaveCost.has(index) ? CALL_STATE.failed : CALL_STATE.pending;
      }
    }
  }
  for (const sent of open.values()) {
    countUncertain(sent);
    const most = mostCost(sent, price);
    unknown.push({
      ...toCallName(sent),
      ...(most !== undefined && { mostCost: most }),
    });
  }
  return state;
}

function mostCost(sent: SentRecord, price: ModelPrice | undefined): number | undefined {
  if (sent.mostCost !== undefined) return sent.mostCost;
  return price === undefined || sent.mostOutputTokens === undefined
    ? undefined
    : computeCost(price, sent.mostInputTokens, sent.mostOutputTokens);
}

/** An answer without token counts is taken to have cost the most it could. */
function billedCost(
  answered: AnsweredRecord,
  sent: SentRecord | undefined,
  price: ModelPrice | undefined,
): number | undefined {
  if (answered.cost !== undefined) return answered.cost;
  const { inputTokens, outputTokens } = answered;
  if (price !== undefined && inputTokens !== undefined && outputTokens !== undefined)
    return computeCost(price, inputTokens, outputTokens);
  return sent === undefined ? undefined : mostCost(sent, price);
}
