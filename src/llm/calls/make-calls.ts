import { PACKAGE_VERSION } from "../../data/index.ts";
import { AnswerLog } from "./answer-log.ts";
import type { CallName, CallPlan } from "./call-plan.ts";
import { CallSession } from "./call-session.ts";
import type { CallJob, CallOptions, CallsSummary } from "./calls-types.ts";
import { checkEarlierCosts } from "./check-call-options.ts";
import { describeUnknownCalls } from "./describe-unknown-calls.ts";
import type { AnsweredRecord } from "./journal-records.ts";
import { toCallName } from "./journal-records.ts";
import { CALL_STATE, type JournalState, readJournal } from "./journal-state.ts";
import { RecordedCalls } from "./recorded-calls.ts";

/** Missing lines are made again so many at a time. */
const REPAIR_BATCH = 500;

/**
 * Makes all calls of a plan that have no answer yet, keeps a journal of them, and makes a line from each answer. Killed
 * at any moment, the next call goes on: no answered call is repeated, and what may have been lost is listed. The caller
 * holds a lock (`takeRunLock`), so that no other process works on the same journal.
 * @throws UsageError where costs cannot be held for this journal
 * @throws IoError where a file cannot be written; nothing is sent after that
 * @throws LlmError where calls keep failing, or cost more than they can
 * @throws AbortedError when the signal fires; calls under way are waited for
 */
export async function makeCalls<Line extends CallName>(
  job: CallJob<Line>,
  options: CallOptions,
): Promise<CallsSummary> {
  const { plan, wholePlan = plan, journalFile, linesFile, lineSchema } = job;
  const { llm, price } = options;
  const log = await AnswerLog.open(journalFile, linesFile, options.onWarning, options.openLogFile);
  try {
    const recorded = await RecordedCalls.read(linesFile, lineSchema, plan);
    const state = await readAndRepair(job, options, recorded, log);
    checkEarlierCosts(options, state);
    warnAboutEarlierSessions(options, state, wholePlan);
    await job.onCounts?.(recorded, countCalls(state, CALL_STATE.failed));
    await log.append([
      {
        type: "session",
        startedAt: new Date().toISOString(),
        packageVersion: PACKAGE_VERSION,
        provider: llm.provider,
        ...(llm.baseUrl !== undefined && { baseUrl: llm.baseUrl }),
      },
    ]);
    const session = new CallSession(job, state, log, options);
    try {
      await session.run();
    } finally {
      if (log.failure === undefined && job.onCounts !== undefined) {
        await recorded.readAgain(linesFile, lineSchema);
        await job.onCounts(recorded, countCalls(state, CALL_STATE.failed));
      }
    }
    const open = countCalls(state, CALL_STATE.unknown);
    const held = options.skipUncertain === true ? open : 0;
    return {
      llm: llm.name,
      ended: session.stop.outcome,
      calls: {
        planned: plan.length,
        answeredBefore: session.answeredBefore,
        answered: session.answered,
        failed: countCalls(state, CALL_STATE.failed),
        held,
        remaining: countCalls(state, CALL_STATE.pending) + open - held,
        attempts: session.attempts,
      },
      ...(session.lastFailure !== undefined && { lastFailure: session.lastFailure }),
      unknown: state.unknown,
      tokens: { input: session.inputTokens, output: session.outputTokens },
      ...(price !== undefined && { cost: session.spent, possibleCost: session.possiblySpent }),
      ...(session.revisedEstimate !== undefined && { revisedEstimate: session.revisedEstimate }),
    };
  } finally {
    await log.close();
  }
}

/** Reads the journal; makes the lines again that its answers lack. */
async function readAndRepair<Line extends CallName>(
  { plan, journalFile, toLine }: CallJob<Line>,
  { price }: CallOptions,
  recorded: RecordedCalls,
  log: AnswerLog,
): Promise<JournalState> {
  let missing: AnsweredRecord[] = [];
  const repair = async (): Promise<void> => {
    const lines = missing.flatMap((answered) => toLine(answered) ?? []);
    missing = [];
    await log.append([], lines);
    for (const line of lines) recorded.add(line);
  };
  const state = await readJournal(journalFile, plan, price, async (answered) => {
    if (recorded.has(toCallName(answered))) return;
    missing.push(answered);
    if (missing.length >= REPAIR_BATCH) await repair();
  });
  if (missing.length > 0) await repair();
  return state;
}

function countCalls({ states }: JournalState, wanted: number): number {
  let count = 0;
  for (const state of states) if (state === wanted) count++;
  return count;
}

function warnAboutEarlierSessions(
  { llm, skipUncertain, onWarning }: CallOptions,
  state: JournalState,
  plan: CallPlan,
): void {
  const { baseUrl } = llm;
  if (baseUrl !== undefined && state.baseUrls.size > 0 && !state.baseUrls.has(baseUrl))
    onWarning?.(
      `Earlier answers came from ${[...state.baseUrls].join(", ")}, and now they come from ${baseUrl}. Make sure the LLM there is the same.`,
    );
  if (state.unknown.length > 0)
    onWarning?.(describeUnknownCalls(state.unknown, plan, skipUncertain === true));
}
