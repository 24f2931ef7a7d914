import { UsageError } from "../../errors.ts";
import {
  type ChatMessage,
  type CompiledPrompt,
  compilePrompt,
  PRESETS,
  type PromptSettings,
} from "../../llm/index.ts";

/** What stands beside a question when a prompt is rendered. What is left out is as `oirl collect` has it. */
export interface RenderSettings extends Partial<Omit<PromptSettings, "variables">> {
  /** Values of the template's variables, by name; the question's own is filled in. */
  readonly variables?: Readonly<Record<string, string | number>> | undefined;
}

/** A prompt with a question in it, ready to be sent. */
export interface RenderedPrompt {
  /**
   * System, examples, then the prompt's own parts with the question; the last is the user's. The AI SDK takes them as
   * `messages`, and so does an OpenAI-compatible endpoint.
   */
  readonly messages: readonly ChatMessage[];
  /** The same as one text, for what takes no messages: their contents, a blank line between two. */
  readonly text: string;
  /** How many messages, from the first, are the same for every question: where a cache's mark belongs. */
  readonly stableMessages: number;
}

/**
 * Puts a question and values into a prompt, as `oirl collect` does when it makes a log.
 * @param prompt a template, or an object that has one: `[[system]]`, `[[user]]`, `[[assistant]]` on lines of their own
 * begin parts, `{{question}}` (or `{{query}}`) is the question, `{{name}}` a variable. A template without the question
 * has it before it, behind a blank line
 * @throws DataError naming the variable that has no value, UsageError where the question is no text
 * @example
 * renderPrompt("Translate into {{language}}: {{question}}", { question: "Good day", variables: { language: "Dutch" } });
 */
export function renderPrompt(
  prompt: string | { readonly template: string; readonly id?: string | undefined },
  { question, ...settings }: RenderSettings & { readonly question: string },
): RenderedPrompt {
  if (typeof question !== "string")
    throw new UsageError(`a question must be a text, found ${typeof question}: pass the question's text`);
  const { template, id = "(given as a text)" } = typeof prompt === "string" ? { template: prompt } : prompt;
  return renderCompiled(compileForUse({ id, template }, settings), question);
}

/** Prepares a prompt once for many questions. @throws DataError naming the variable that has no value */
export function compileForUse(
  { id, template }: { readonly id: string; readonly template: string },
  { variables = {}, system, fewShot, questionPosition, separator }: RenderSettings,
): CompiledPrompt {
  const { plain } = PRESETS;
  return compilePrompt(
    { id, template, split: "training" },
    {
      ...(system !== undefined && { system }),
      fewShot: fewShot ?? plain.fewShot,
      questionPosition: questionPosition ?? plain.questionPosition,
      separator: separator ?? plain.separator,
      variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
    },
  );
}

/** @param compiled by {@link compileForUse} */
export function renderCompiled(compiled: CompiledPrompt, question: string): RenderedPrompt {
  const messages = compiled.render(question);
  return {
    messages,
    text: messages.map(({ content }) => content).join("\n\n"),
    stableMessages: compiled.stableMessages,
  };
}
