import { setMaxListeners } from "node:events";
import { AbortedError, LlmError } from "../../errors.ts";
import type { ChatError } from "../chat-error.ts";
import { Budget } from "../cost/budget.ts";
import { CostForecast } from "../cost/cost-forecast.ts";
import type { AnswerLog } from "./answer-log.ts";
import type { CallName, PlannedCall, RenderedCall } from "./call-plan.ts";
import { CallSender, type Finished, NOTHING_FINISHED } from "./call-sender.ts";
import type { CallJob, CallOptions, CallsSummary } from "./calls-types.ts";
import { FailuresInARow } from "./failures-in-a-row.ts";
import type { AnsweredRecord } from "./journal-records.ts";
import { CALL_STATE, type JournalState } from "./journal-state.ts";
import { StopSwitch } from "./stop-switch.ts";

/** After so many answers of a session the estimate of the rest rests on them. */
const CALLS_TO_REVISE = 20;

/** One session's work on a plan: sends what is to be sent, a fixed number of calls at a time. */
export class CallSession<Line extends CallName> {
  readonly stop: StopSwitch = new StopSwitch();
  answered = 0;
  givenUp = 0;
  attempts = 0;
  inputTokens = 0;
  outputTokens = 0;
  lastFailure: string | undefined;
  revisedEstimate: CallsSummary["revisedEstimate"];
  readonly total: number;
  readonly answeredBefore: number;
  private readonly failures: FailuresInARow;
  /** Calls an earlier session was refused wait until all others were sent. */
  private readonly refusedBefore: number[] = [];
  private next = 0;
  private readonly budget: Budget;
  private readonly forecast: CostForecast;

  constructor(
    private readonly job: CallJob<Line>,
    private readonly state: JournalState,
    private readonly log: AnswerLog,
    private readonly options: CallOptions,
  ) {
    const { plan, maxTokens } = job;
    this.budget = new Budget(options.maxCost);
    this.budget.carryOver(state.spent, state.possiblySpent);
    this.forecast = new CostForecast(plan.kinds, options.price, maxTokens);
    let answered = 0;
    let toSend = 0;
    for (let index = 0; index < plan.length; index++) {
      if (state.states[index] === CALL_STATE.answered) answered++;
      if (!this.isToSend(index)) continue;
      toSend++;
      const call = plan.call(index);
      this.forecast.add(call.kind, plan.render(call).bytes);
    }
    this.answeredBefore = answered;
    this.failures = new FailuresInARow(answered > 0);
    this.total = answered + toSend;
    // Every call under way listens.
    setMaxListeners(0, this.stop.signal, this.stop.hardSignal);
  }

  get spent(): number {
    return this.budget.spent;
  }

  get possiblySpent(): number {
    return this.budget.possiblySpent;
  }

  /** @throws what stopped it: LlmError after repeated failures, IoError of the log, AbortedError of the signal */
  async run(): Promise<void> {
    const { llm, price, signal } = this.options;
    const sender = new CallSender(llm, this.log, this.budget, this.stop, this, {
      retries: this.options.retries ?? 4,
      firstRetryDelayMs: this.options.firstRetryDelayMs ?? 500,
      timeoutMs: this.options.timeoutMs ?? 120_000,
      callsPerMinute: this.options.callsPerMinute,
      price,
      hasLimit: this.options.maxCost !== undefined,
    });
    const onAbort = (): void => this.stop.fail(new AbortedError());
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    void this.log.failed.then((error) => this.stop.failHard(error));
    this.report();
    const { concurrency = 8 } = this.options;
    const workers = Array.from({ length: Math.min(concurrency, llm.concurrency ?? concurrency) }, () =>
      this.work(sender).catch((error) => this.stop.failHard(error)),
    );
    await Promise.all(workers);
    signal?.removeEventListener("abort", onAbort);
    if (this.stop.error !== undefined) throw this.stop.error;
  }

  onSent(): void {
    this.attempts++;
  }

  onAnswered(
    call: PlannedCall,
    { bytes }: RenderedCall,
    answered: AnsweredRecord,
    said: string,
  ): Line | undefined {
    const { inputTokens, outputTokens } = answered;
    this.answered++;
    this.failures.answered();
    this.forecast.remove(call.kind, bytes);
    this.inputTokens += inputTokens ?? 0;
    this.outputTokens += outputTokens ?? 0;
    if (inputTokens !== undefined && outputTokens !== undefined)
      this.forecast.observe(call.kind, bytes, inputTokens, outputTokens);
    if (this.answered === CALLS_TO_REVISE)
      this.revisedEstimate = { afterCalls: CALLS_TO_REVISE, ...this.forecast.remaining };
    this.state.states[call.index] = CALL_STATE.answered;
    const line = this.job.toLine(answered, said);
    if (line !== undefined) this.job.onLine?.(line);
    this.report();
    return line;
  }

  onGivenUp(call: PlannedCall, rendered: RenderedCall, error: ChatError): void {
    this.givenUp++;
    this.failures.givenUp(call.queryId, error.meaning, this.state.attempts.has(call.index));
    this.lastFailure = error.message;
    this.forecast.remove(call.kind, rendered.bytes);
    this.state.states[call.index] = CALL_STATE.failed;
    const limit = this.options.failuresToStop ?? 8;
    if (error.meaning.isHopeless || this.failures.count >= limit) {
      const what = error.meaning.isHopeless ? "A call" : `${this.failures.count} calls in a row`;
      this.stop.fail(
        new LlmError(
          `${what} failed for good, so nothing more was sent; what was answered is kept, and the same command goes on from there. The last: ${error.message}`,
          error.isRetryable,
          error.details,
        ),
      );
    }
    this.report();
  }

  private async work(sender: CallSender): Promise<void> {
    let finished: Finished = NOTHING_FINISHED;
    while (!this.stop.isOn) {
      const index = this.takeNext();
      if (index === undefined) break;
      const call = this.job.plan.call(index);
      const attemptsBefore = this.state.attempts.get(index) ?? 0;
      finished = await sender.send(call, this.job.plan.render(call), attemptsBefore, finished);
    }
    if (finished.records.length > 0) await this.log.append(finished.records, finished.lines);
  }

  private takeNext(): number | undefined {
    while (this.next < this.job.plan.length) {
      const index = this.next++;
      if (!this.isToSend(index)) continue;
      if (this.state.states[index] !== CALL_STATE.pending || !this.state.attempts.has(index)) return index;
      this.refusedBefore.push(index);
    }
    return this.refusedBefore.shift();
  }

  private isToSend(index: number): boolean {
    switch (this.state.states[index]) {
      case CALL_STATE.pending:
        return true;
      case CALL_STATE.unknown:
        return this.options.skipUncertain !== true;
      case CALL_STATE.failed:
        return this.options.retryFailed === true;
      default:
        return false;
    }
  }

  private report(): void {
    const { onProgress, onStatus, price } = this.options;
    const done = this.answeredBefore + this.answered + this.givenUp;
    onProgress?.(this.job.stage, done, this.total);
    onStatus?.({
      done,
      total: this.total,
      errors: this.givenUp,
      ...(price !== undefined && { cost: this.budget.spent }),
    });
  }
}
