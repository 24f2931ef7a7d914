import { pathExists } from "../../data/index.ts";
import type { ModelPrice } from "../cost/prices.ts";
import type { CallPlan } from "./call-plan.ts";
import type { CallOptions } from "./calls-types.ts";
import { estimateCalls, type PlanEstimate } from "./estimate-calls.ts";
import { CALL_STATE, readJournal } from "./journal-state.ts";

/** What is to be done for a plan, before the first call of a session. */
export interface CallsAhead {
  /** All calls there are to be, those of earlier sessions included. */
  readonly calls: number;
  /** Answered by earlier sessions. */
  readonly answered: number;
  /** Given up or held by earlier sessions, and not sent again. */
  readonly setAside: number;
  /** Calls this session makes at most. */
  readonly left: number;
  /** What those take. */
  readonly estimate: PlanEstimate;
}

/** What decides how much of a plan is left. */
export interface CallsAheadOptions extends Pick<CallOptions, "retryFailed" | "skipUncertain"> {
  readonly price?: ModelPrice | undefined;
  /** Most tokens of an answer, for the estimate. */
  readonly maxTokens?: number | undefined;
  /** Where only so many of the plan's calls will be made. @default all */
  readonly calls?: number;
}

/**
 * Reads the journal, if there is one yet, and estimates what it leaves to do; changes nothing.
 * @throws DataError with file and line where a record of the journal is malformed
 * @throws UsageError where a prompt leaves no room for an answer
 */
export async function remainingCalls(
  plan: CallPlan,
  journalFile: string | undefined,
  options: CallsAheadOptions,
): Promise<CallsAhead> {
  const { price, maxTokens, retryFailed = false, skipUncertain = false } = options;
  const states =
    journalFile !== undefined && (await pathExists(journalFile))
      ? (await readJournal(journalFile, plan, price, async () => {})).states
      : new Uint8Array(plan.length);
  const calls = Math.min(options.calls ?? plan.length, plan.length);
  let answered = 0;
  let setAside = 0;
  const isOpen = states.map((state) => {
    if (state === CALL_STATE.answered) answered++;
    const isSetAside =
      (state === CALL_STATE.failed && !retryFailed) || (state === CALL_STATE.unknown && skipUncertain);
    if (isSetAside) setAside++;
    return state === CALL_STATE.answered || isSetAside ? 0 : 1;
  });
  const left = Math.max(0, calls - answered - setAside);
  return { calls, answered, setAside, left, estimate: estimateCalls(plan, price, maxTokens, left, isOpen) };
}
