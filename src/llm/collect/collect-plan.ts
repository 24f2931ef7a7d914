import { UsageError } from "../../errors.ts";
import type { Prompt, Query } from "../../types/index.ts";
import type { CallName, CallPlan, PlannedCall, RenderedCall } from "../calls/call-plan.ts";
import { messageBytes } from "../cost/token-bound.ts";
import { type CompiledPrompt, compilePrompt } from "../prompting/compile-prompt.ts";
import { type CallSettings, samplingFor } from "../prompting/prompt-settings.ts";

/**
 * Every question with every prompt, `repeats` times: first all of repetition 0, question by question, so that a
 * collection that ends early has whole questions, and calls that share their beginning follow each other.
 */
export class CollectPlan implements CallPlan {
  readonly length: number;
  private readonly compiled: readonly CompiledPrompt[];
  private readonly queryPositions: ReadonlyMap<string, number>;
  private readonly promptPositions: ReadonlyMap<string, number>;

  /**
   * @param repeats ≥ 1
   * @throws DataError where a prompt has a variable without value
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
    this.compiled = prompts.map((prompt) => compilePrompt(prompt, settings));
    this.queryPositions = new Map(queries.map(({ id }, position) => [id, position]));
    this.promptPositions = new Map(prompts.map(({ id }, position) => [id, position]));
  }

  get kinds(): number {
    return this.prompts.length;
  }

  call(index: number): PlannedCall {
    const prompts = this.prompts.length;
    const kind = index % prompts;
    const row = Math.floor(index / prompts);
    return {
      index,
      kind,
      queryId: this.queries[row % this.queries.length]!.id,
      promptId: this.prompts[kind]!.id,
      repetition: Math.floor(row / this.queries.length),
    };
  }

  indexOf({ queryId, promptId, repetition }: CallName): number | undefined {
    const query = this.queryPositions.get(queryId);
    const prompt = this.promptPositions.get(promptId);
    if (query === undefined || prompt === undefined || repetition >= this.repeats) return undefined;
    return (repetition * this.queries.length + query) * this.prompts.length + prompt;
  }

  render({ index, kind, queryId, promptId }: PlannedCall): RenderedCall {
    const query = this.queries[Math.floor(index / this.prompts.length) % this.queries.length]!;
    const messages = this.compiled[kind]!.render(query.text);
    const bytes = messageBytes(messages);
    const place = `The question "${queryId}" with the prompt "${promptId}"`;
    return { messages, bytes, sampling: samplingFor(this.settings, bytes, place) };
  }
}
