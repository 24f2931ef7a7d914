import { setTimeout as delay } from "node:timers/promises";
import { LlmError } from "../../errors.ts";
import type { Interaction } from "../../types/index.ts";
import { ChatError } from "../chat-error.ts";
import type { ChatAnswer, ChatModel } from "../chat-model.ts";
import type { Budget } from "../cost/budget.ts";
import { costOf, type ModelPrice } from "../cost/prices.ts";
import { mostInputTokens } from "../cost/token-bound.ts";
import type { AnswerLog } from "./answer-log.ts";
import type { PlannedCall, RenderedCall } from "./call-plan.ts";
import type { JournalRecord } from "./journal-records.ts";
import { Pace } from "./pace.ts";
import type { StopSwitch } from "./stop-switch.ts";

/** What a finished call leaves to be written; it counts only when it is. */
export interface Finished {
  readonly records: readonly JournalRecord[];
  readonly interactions: readonly Interaction[];
}

export const NOTHING_FINISHED: Finished = { records: [], interactions: [] };

/** An answer, with what it took. */
export interface Answered {
  readonly answer: ChatAnswer;
  /** In US dollars; undefined where the price is not known. */
  readonly cost: number | undefined;
  readonly latencyMs: number;
}

/** How calls are sent. */
export interface SendOptions {
  readonly retries: number;
  readonly firstRetryDelayMs: number;
  readonly timeoutMs: number;
  readonly price: ModelPrice | undefined;
  /** Whether a bill above its reservation ends the collection. */
  readonly hasLimit: boolean;
}

/** What the sender tells its session. */
export interface SendListener {
  onSent(): void;
  /** @returns the interaction to be written with the answer */
  onAnswered(call: PlannedCall, rendered: RenderedCall, answered: Answered): Interaction;
  onGivenUp(call: PlannedCall, rendered: RenderedCall, error: ChatError): void;
}

/** A longer pause is not worth waiting for: the call is given up, and a later session sends it again. */
const LONGEST_PAUSE_MS = 600_000;
const LONGEST_BACKOFF_MS = 60_000;

/**
 * Makes one call: reserves the most it can cost, writes the intent, sends, and tries again where that makes sense. This
 * is the only place that sends anything, and the only layer that retries.
 *
 *   finished call before ─┐
 *   reserve ─ intent ─────┴─ one write, fsync ─ send ─┬─ answer ─ (written with the next call's intent)
 *        ▲                                            └─ failure ─ written ─ pause ─┐
 *        └──────────────────────────────────────────────────────────────────────────┘
 */
export class CallSender {
  private readonly pace = new Pace();

  constructor(
    private readonly model: ChatModel,
    private readonly log: AnswerLog,
    private readonly budget: Budget,
    private readonly stop: StopSwitch,
    private readonly listener: SendListener,
    private readonly options: SendOptions,
  ) {}

  /**
   * @param attemptsBefore of earlier sessions
   * @param before what the caller's last call left to be written; it is on disk before this call is sent
   * @returns what this call leaves to be written; `before` itself, or nothing, where the collection was stopped
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
      const { records, interactions } = unwritten;
      unwritten = NOTHING_FINISHED;
      if (records.length > 0) await this.log.append(records, interactions);
    };
    const { maxTokens } = rendered.sampling;
    const { price } = this.options;
    const mostInput = mostInputTokens(rendered.messages);
    const mostCost =
      price === undefined || maxTokens === undefined ? undefined : costOf(price, mostInput, maxTokens);
    const name = { query: call.query.id, prompt: call.prompt.id, repetition: call.repetition };
    for (let tries = 0; ; tries++) {
      if (this.pace.isPaused) {
        await writeNow();
        await this.pace.wait(this.stop.signal).catch(() => undefined);
      }
      if (this.stop.isOn) return unwritten;
      const reserved = mostCost ?? 0;
      if (!(await this.budget.reserve(reserved, writeNow))) {
        this.stop.end("max-cost");
        return unwritten;
      }
      const attempt = attemptsBefore + tries + 1;
      try {
        // While it waited, the collection may have been stopped.
        if (this.stop.isOn) {
          this.budget.settle(reserved, "unbilled");
          return unwritten;
        }
        const { records, interactions } = unwritten;
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
          interactions,
        );
      } catch (error) {
        this.budget.settle(reserved, "uncertain");
        throw error;
      }
      this.listener.onSent();
      const outcome = await this.ask(rendered);
      if (!(outcome instanceof ChatError)) {
        const answered = this.settle(outcome, reserved, mostCost);
        const { answer, cost, latencyMs } = answered;
        return {
          records: [
            {
              type: "answered",
              ...name,
              attempt,
              answer: answer.text,
              finishReason: answer.finishReason,
              ...(answer.inputTokens !== undefined && { inputTokens: answer.inputTokens }),
              ...(answer.outputTokens !== undefined && { outputTokens: answer.outputTokens }),
              ...(cost !== undefined && { cost }),
              latencyMs,
            },
          ],
          interactions: [this.listener.onAnswered(call, rendered, answered)],
        };
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
        interactions: [],
      };
      if (isFinal) {
        this.listener.onGivenUp(call, rendered, outcome);
        return unwritten;
      }
      if (meaning.retryAfterMs > 0) this.pace.pause(meaning.retryAfterMs);
      await writeNow();
      await delay(this.backoffMs(tries), undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async ask(rendered: RenderedCall): Promise<{ answer: ChatAnswer; latencyMs: number } | ChatError> {
    const start = performance.now();
    try {
      const answer = await this.model.answer({
        messages: rendered.messages,
        sampling: rendered.sampling,
        timeoutMs: this.options.timeoutMs,
        signal: this.stop.hardSignal,
      });
      return { answer, latencyMs: Math.round(performance.now() - start) };
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  private settle(
    { answer, latencyMs }: { answer: ChatAnswer; latencyMs: number },
    reserved: number,
    mostCost: number | undefined,
  ): Answered {
    const { price, hasLimit } = this.options;
    const { inputTokens, outputTokens } = answer;
    const isCounted = inputTokens !== undefined && outputTokens !== undefined;
    // Without the endpoint's own count the most it can have cost is what counts.
    const cost = price !== undefined && isCounted ? costOf(price, inputTokens, outputTokens) : mostCost;
    this.budget.settle(reserved, { cost: cost ?? 0 });
    if (hasLimit && cost !== undefined && cost > reserved * (1 + 1e-9))
      this.stop.fail(
        new LlmError(
          `An answer of ${this.model.name} was billed ${inputTokens} tokens of input and ${outputTokens} of output, more than the most it should take (limit of the answer: see --max-tokens), so costs cannot be held and nothing more is sent. The answer is kept. Does the endpoint honour max_tokens?`,
          false,
          { reserved, billed: cost },
        ),
      );
    return { answer, cost, latencyMs };
  }

  /** Doubling, with jitter, so that callers do not come back all at once. */
  private backoffMs(tries: number): number {
    const { firstRetryDelayMs } = this.options;
    return Math.min(LONGEST_BACKOFF_MS, firstRetryDelayMs * 2 ** tries * (1 + Math.random()));
  }
}
