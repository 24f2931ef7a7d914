import { computeCost, type ModelPrice } from "./prices.ts";

/** Before anything is known of an LLM's answers. */
const DEFAULT_BYTES_PER_TOKEN = 4;
const DEFAULT_OUTPUT_TOKENS = 200;

/** Tokens and dollars that calls are expected to take. */
export interface CostEstimate {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; undefined where the price is not known. */
  readonly cost?: number;
}

/**
 * Expects of the calls that remain what finished ones took: input in proportion to the bytes sent, output as long as
 * the same prompt's answers, or all prompts' where it has none yet.
 */
export class CostForecast {
  private readonly remainingCalls: Float64Array;
  private readonly remainingBytes: Float64Array;
  private readonly answers: Float64Array;
  private readonly outputTokens: Float64Array;
  private seenBytes = 0;
  private seenInputTokens = 0;

  constructor(
    prompts: number,
    private readonly price: ModelPrice | undefined,
    private readonly maxTokens: number | undefined,
  ) {
    this.remainingCalls = new Float64Array(prompts);
    this.remainingBytes = new Float64Array(prompts);
    this.answers = new Float64Array(prompts);
    this.outputTokens = new Float64Array(prompts);
  }

  /** A call that is still to be made. */
  add(prompt: number, bytes: number): void {
    this.remainingCalls[prompt]! += 1;
    this.remainingBytes[prompt]! += bytes;
  }

  /** A call that is no longer to be made, whatever became of it. */
  remove(prompt: number, bytes: number): void {
    this.remainingCalls[prompt]! -= 1;
    this.remainingBytes[prompt]! -= bytes;
  }

  /** What an answer took. */
  observe(prompt: number, bytes: number, inputTokens: number, outputTokens: number): void {
    this.seenBytes += bytes;
    this.seenInputTokens += inputTokens;
    this.answers[prompt]! += 1;
    this.outputTokens[prompt]! += outputTokens;
  }

  get remaining(): CostEstimate {
    const calls = sum(this.remainingCalls);
    const answers = sum(this.answers);
    const overall =
      answers > 0
        ? sum(this.outputTokens) / answers
        : Math.min(DEFAULT_OUTPUT_TOKENS, this.maxTokens ?? Number.POSITIVE_INFINITY);
    let outputTokens = 0;
    for (const [prompt, count] of this.remainingCalls.entries()) {
      const known = this.answers[prompt]!;
      outputTokens += count * (known > 0 ? this.outputTokens[prompt]! / known : overall);
    }
    const perByte = this.seenBytes > 0 ? this.seenInputTokens / this.seenBytes : 1 / DEFAULT_BYTES_PER_TOKEN;
    const inputTokens = sum(this.remainingBytes) * perByte;
    return {
      calls,
      inputTokens: Math.round(inputTokens),
      outputTokens: Math.round(outputTokens),
      ...(this.price !== undefined && { cost: computeCost(this.price, inputTokens, outputTokens) }),
    };
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
