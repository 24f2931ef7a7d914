import { setTimeout as delay } from "node:timers/promises";
import { LlmError } from "../../errors.ts";
import { ChatError } from "../chat-error.ts";
import type { ChatAnswer, ChatModel } from "../chat-model.ts";
import type { Budget } from "../cost/budget.ts";
import { computeCost, type ModelPrice } from "../cost/prices.ts";
import { mostInputTokens } from "../cost/token-bound.ts";
import type { AnswerLog } from "./answer-log.ts";
import { deriveSeed, type PlannedCall, type RenderedCall } from "./call-plan.ts";
import type { AnsweredRecord, JournalRecord } from "./journal-records.ts";
import { Pace } from "./pace.ts";
import type { StopSwitch } from "./stop-switch.ts";

/** What a finished call leaves to be written; it counts only when it is. */
export interface Finished {
  readonly records: readonly JournalRecord[];
  /** Made from answers. */
  readonly lines: readonly object[];
}

export const NOTHING_FINISHED: Finished = { records: [], lines: [] };

/** How calls are sent. */
export interface SendOptions {
  readonly retries: number;
  readonly firstRetryDelayMs: number;
  readonly timeoutMs: number;
  readonly callsPerMinute: number | undefined;
  readonly price: ModelPrice | undefined;
  /** Whether costs are held: a bill above its reservation ends the work, and intents are on the disk before calls. */
  readonly hasLimit: boolean;
}

/** What the sender tells its session. */
export interface SendListener {
  onSent(): void;
  /**
   * @param said the answer as it came, also where keys are hidden in the record
   * @returns the line to be written with the answer, if any
   */
  onAnswered(
    call: PlannedCall,
    rendered: RenderedCall,
    answered: AnsweredRecord,
    said: string,
  ): object | undefined;
  onGivenUp(call: PlannedCall, rendered: RenderedCall, error: ChatError): void;
}

/** A longer pause is not worth waiting for: the call is given up, and a later session sends it again. */
const LONGEST_PAUSE_MS = 600_000;
const LONGEST_BACKOFF_MS = 60_000;
const TOO_MANY_REQUESTS = 429;

/**
 * Makes one call: reserves the most it can cost, writes the intent, sends, and tries again where that makes sense. This
 * is the only place that sends anything, and the only layer that retries.
 *
 *   finished call before ─┐
 *   reserve ─ intent ─────┴─ one write ─ send ─┬─ answer ─ (written with the next call's intent)
 *        ▲                     (fsync)         └─ failure ─ written ─ pause ─┐
 *        └───────────────────────────────────────────────────────────────────┘
 */
export class CallSender {
  private readonly pace: Pace;

  constructor(
    private readonly llm: ChatModel,
    private readonly log: AnswerLog,
    private readonly budget: Budget,
    private readonly stop: StopSwitch,
    private readonly listener: SendListener,
    private readonly options: SendOptions,
  ) {
    const { callsPerMinute } = options;
    this.pace = new Pace(callsPerMinute === undefined ? 0 : 60_000 / callsPerMinute);
  }

  /**
   * @param attemptsBefore of earlier sessions
   * @param before what the caller's last call left to be written; it is on disk before this call is sent
   * @returns what this call leaves to be written; `before` itself, or nothing, where the work was stopped
   * @throws IoError where the log cannot be written
   */
  async send(
    call: PlannedCall,
    rendered: RenderedCall,
    attemptsBefore: number,
    before: Finished,
  ): Promise<Finished> {
    let unwritten = before;
    const writeNow = async (): Promise<void> => {
      const { records, lines } = unwritten;
      unwritten = NOTHING_FINISHED;
      if (records.length > 0) await this.log.append(records, lines);
    };
    const { maxTokens } = rendered.sampling;
    const { price } = this.options;
    const mostInput = mostInputTokens(rendered.messages);
    const mostCost =
      price === undefined || maxTokens === undefined ? undefined : computeCost(price, mostInput, maxTokens);
    const name = { query: call.queryId, prompt: call.promptId, repetition: call.repetition };
    for (let tries = 0; ; tries++) {
      if (this.pace.isPaused) {
        await writeNow();
        await this.pace.wait(this.stop.signal).catch(() => undefined);
      }
      const waitMs = this.stop.isOn ? 0 : this.pace.takeTurn();
      if (waitMs > 0) {
        await writeNow();
        await delay(waitMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
      if (this.stop.isOn) return unwritten;
      const reserved = mostCost ?? 0;
      if (!(await this.budget.reserve(reserved, writeNow))) {
        this.stop.end("max-cost");
        return unwritten;
      }
      const attempt = attemptsBefore + tries + 1;
      try {
        // While it waited, the work may have been stopped.
        if (this.stop.isOn) {
          this.budget.settle(reserved, "unbilled");
          return unwritten;
        }
        const { records, lines } = unwritten;
        unwritten = NOTHING_FINISHED;
        await this.log.append(
          [
            ...records,
            {
              type: "sent",
              ...name,
              attempt,
              mostInputTokens: mostInput,
              ...(maxTokens !== undefined && { mostOutputTokens: maxTokens }),
              ...(mostCost !== undefined && { mostCost }),
            },
          ],
          lines,
          // Written, it outlives this process. A limit must outlive a loss of power too.
          this.options.hasLimit ? "synced" : "written",
        );
      } catch (error) {
        this.budget.settle(reserved, "uncertain");
        throw error;
      }
      this.listener.onSent();
      const outcome = await this.ask(rendered, deriveSeed(call)).catch((error: unknown) => {
        // Others may be waiting for what was set aside; they are to find the work stopped.
        this.stop.failHard(error);
        this.budget.settle(reserved, "uncertain");
        throw error;
      });
      if (!(outcome instanceof ChatError)) {
        const { answer, latencyMs } = outcome;
        const cost = this.settle(answer, reserved, mostCost);
        const answered: AnsweredRecord = {
          type: "answered",
          ...name,
          attempt,
          answer: answer.text,
          ...(answer.hiddenKeys !== undefined && { hiddenKeys: answer.hiddenKeys.places }),
          finishReason: answer.finishReason,
          ...(answer.inputTokens !== undefined && { inputTokens: answer.inputTokens }),
          ...(answer.outputTokens !== undefined && { outputTokens: answer.outputTokens }),
          ...(cost !== undefined && { cost }),
          latencyMs,
        };
        const line = this.listener.onAnswered(
          call,
          rendered,
          answered,
          answer.hiddenKeys?.said ?? answer.text,
        );
        return { records: [answered], lines: line === undefined ? [] : [line] };
      }
      const { meaning } = outcome;
      this.budget.settle(reserved, meaning.mayBeBilled ? "uncertain" : "unbilled");
      const isFinal =
        !meaning.isRetryable || tries >= this.options.retries || meaning.retryAfterMs > LONGEST_PAUSE_MS;
      const { status } = outcome.details;
      unwritten = {
        records: [
          {
            type: "failed",
            ...name,
            attempt,
            message: outcome.message,
            ...(typeof status === "number" && { status }),
            mayBeBilled: meaning.mayBeBilled,
            isFinal,
          },
        ],
        lines: [],
      };
      if (isFinal) {
        this.listener.onGivenUp(call, rendered, outcome);
        return unwritten;
      }
      const backoffMs = this.backoffMs(tries);
      // Too many requests are everybody's, also where the endpoint does not say how long to wait.
      if (meaning.retryAfterMs > 0 || status === TOO_MANY_REQUESTS)
        this.pace.pause(Math.max(meaning.retryAfterMs, status === TOO_MANY_REQUESTS ? backoffMs : 0));
      await writeNow();
      await delay(backoffMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async ask(
    rendered: RenderedCall,
    seed: number,
  ): Promise<{ answer: ChatAnswer; latencyMs: number } | ChatError> {
    const start = performance.now();
    try {
      const answer = await this.llm.answer({
        messages: rendered.messages,
        sampling: rendered.sampling,
        seed,
        timeoutMs: this.options.timeoutMs,
        signal: this.stop.hardSignal,
      });
      return { answer, latencyMs: Math.round(performance.now() - start) };
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  /** @returns what the answer cost, in US dollars; undefined where the price is not known */
  private settle(answer: ChatAnswer, reserved: number, mostCost: number | undefined): number | undefined {
    const { price, hasLimit } = this.options;
    const { inputTokens, outputTokens } = answer;
    const isCounted = inputTokens !== undefined && outputTokens !== undefined;
    // Without the endpoint's own count the most it can have cost is what counts.
    const cost = price !== undefined && isCounted ? computeCost(price, inputTokens, outputTokens) : mostCost;
    this.budget.settle(reserved, { cost: cost ?? 0 });
    if (hasLimit && cost !== undefined && cost > reserved * (1 + 1e-9))
      this.stop.fail(
        new LlmError(
          `An answer of ${this.llm.name} was billed ${inputTokens} tokens of input and ${outputTokens} of output, more than the most it should take (limit of the answer: see --max-tokens), so costs cannot be held and nothing more is sent. The answer is kept. Does the endpoint honor max_tokens?`,
          false,
          { reserved, billed: cost },
        ),
      );
    return cost;
  }

  /** Doubling, with jitter, so that callers do not come back all at once. */
  private backoffMs(tries: number): number {
    const { firstRetryDelayMs } = this.options;
    return Math.min(LONGEST_BACKOFF_MS, firstRetryDelayMs * 2 ** tries * (1 + Math.random()));
  }
}
