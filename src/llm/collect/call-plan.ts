import { DataError, UsageError } from "../../errors.ts";
import type { Prompt, Query } from "../../types/index.ts";
import type { ChatMessage, Sampling } from "../chat-model.ts";
import { messageBytes } from "../cost/token-bound.ts";
import { type CompiledPrompt, compilePrompt } from "../prompting/compile-prompt.ts";
import { type CallSettings, samplingFor } from "../prompting/prompt-settings.ts";

/** One call that may be made. */
export interface PlannedCall {
  /** Position in the plan. */
  readonly index: number;
  readonly query: Query;
  readonly prompt: Prompt;
  readonly promptIndex: number;
  readonly repetition: number;
}

/** A call as it is sent. */
export interface RenderedCall {
  readonly messages: readonly ChatMessage[];
  readonly sampling: Sampling;
  /** UTF-8 bytes of the messages. */
  readonly bytes: number;
}

/**
 * Every question with every prompt, `repeats` times: first all of repetition 0, question by question, so that a
 * collection that ends early has whole questions, and calls that share their beginning follow each other.
 */
export class CallPlan {
  readonly length: number;
  private readonly compiled: readonly CompiledPrompt[];
  private readonly queryPositions: ReadonlyMap<string, number>;
  private readonly promptPositions: ReadonlyMap<string, number>;

  /**
   * @param repeats ≥ 1
   * @throws DataError where a question has no golden answer, or a prompt a variable without value
   */
  constructor(
    readonly queries: readonly Query[],
    readonly prompts: readonly Prompt[],
    readonly repeats: number,
    private readonly settings: CallSettings,
  ) {
    this.length = queries.length * prompts.length * repeats;
    if (this.length > 2 ** 31)
      throw new UsageError(`${this.length} calls are planned; at most ${2 ** 31} fit into one run.`);
    for (const { id, answer } of queries)
      if (answer === undefined || answer.trim() === "")
        throw new DataError(
          `The question "${id}" has no golden answer, so nothing can say whether an LLM's answer is right. Add it, or leave the question out.`,
        );
    this.compiled = prompts.map((prompt) => compilePrompt(prompt, settings));
    this.queryPositions = new Map(queries.map(({ id }, position) => [id, position]));
    this.promptPositions = new Map(prompts.map(({ id }, position) => [id, position]));
  }

  call(index: number): PlannedCall {
    const prompts = this.prompts.length;
    const promptIndex = index % prompts;
    const row = Math.floor(index / prompts);
    return {
      index,
      query: this.queries[row % this.queries.length]!,
      prompt: this.prompts[promptIndex]!,
      promptIndex,
      repetition: Math.floor(row / this.queries.length),
    };
  }

  /** Position of a call, or undefined where it is not part of the plan. */
  indexOf(queryId: string, promptId: string, repetition: number): number | undefined {
    const query = this.queryPositions.get(queryId);
    const prompt = this.promptPositions.get(promptId);
    if (query === undefined || prompt === undefined || repetition >= this.repeats) return undefined;
    return (repetition * this.queries.length + query) * this.prompts.length + prompt;
  }

  /** @throws UsageError where the prompt leaves no room for an answer */
  render({ query, prompt, promptIndex }: PlannedCall): RenderedCall {
    const messages = this.compiled[promptIndex]!.render(query.text);
    const bytes = messageBytes(messages);
    const place = `The question "${query.id}" with the prompt "${prompt.id}"`;
    return { messages, bytes, sampling: samplingFor(this.settings, bytes, place) };
  }
}
