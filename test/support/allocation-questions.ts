import type { Prompt, Query } from "../../src/types/index.ts";
import type { ScriptedAnswer } from "./scripted-chat-endpoint.ts";

/** Eight prompts of known success, for an endpoint that knows them by their number. */
export const PROMPT_SUCCESS: readonly number[] = [0.5, 0.3, 0.8, 0.4, 0.2, 0.5, 0.65, 0.1];

export function ratedPrompts(): Prompt[] {
  return PROMPT_SUCCESS.map((_, index) => ({
    id: `p-${index}`,
    template: `Way ${index}: {{query}}`,
    split: "training",
  }));
}

export function numberedQuestions(count: number): Query[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `q-${index}`,
    text: `Say ${index}.`,
    answer: String(index),
  }));
}

/** Right as often as the prompt should be, the same for the same question and prompt. */
export function ratedAnswer(content: string): ScriptedAnswer {
  const [, prompt, question] = /^Way (\d+): Say (\d+)\.$/.exec(content)!;
  const chance = ((Number(question) * 2654435761 + Number(prompt) * 40503 * 977) % 10_007) / 10_007;
  const isRight = chance < PROMPT_SUCCESS[Number(prompt)]!;
  return { text: isRight ? question! : "-1", inputTokens: 20, outputTokens: 3 };
}
