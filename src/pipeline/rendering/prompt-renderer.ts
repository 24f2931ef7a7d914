import { UsageError } from "../../errors.ts";
import type { CompiledPrompt } from "../../llm/index.ts";
import type { Prompt } from "../../types/index.ts";
import { compileForUse, type RenderedPrompt, type RenderSettings, renderCompiled } from "./render-prompt.ts";

/** How the answers of a log were asked for, as far as the log says. */
export interface LoggedRendering extends RenderSettings {
  /** Whether examples were shown that the log does not hold: then they must be given. @default false */
  readonly hadFewShot?: boolean;
}

/** Renders some prompts, each prepared when it is first needed. */
export class PromptRenderer {
  readonly #prompts: readonly Prompt[];
  readonly #logged: LoggedRendering;
  readonly #compiled: (CompiledPrompt | undefined)[] = [];

  constructor(prompts: readonly Prompt[], logged: LoggedRendering = {}) {
    this.#prompts = prompts;
    this.#logged = logged;
  }

  /**
   * @param settings what is not as logged, and values of variables
   * @throws DataError naming a variable that has no value; UsageError where examples are missing
   */
  render(column: number, question: string, settings: RenderSettings = {}): RenderedPrompt {
    const { hadFewShot = false, ...logged } = this.#logged;
    if (hadFewShot && settings.fewShot === undefined)
      throw new UsageError(
        "the answers of the log were asked for with examples, which the log does not hold: pass them as fewShot (or fewShot: [] to do without)",
      );
    const prompt = this.#prompts[column]!;
    if (Object.keys(settings).length > 0) {
      const variables = { ...logged.variables, ...settings.variables };
      return renderCompiled(compileForUse(prompt, { ...logged, ...settings, variables }), question);
    }
    this.#compiled[column] ??= compileForUse(prompt, logged);
    return renderCompiled(this.#compiled[column], question);
  }
}

/**
 * Adds `messages`, `text` and `stableMessages` to an object. They are made when they are first read, and a variable
 * without a value is said then, so that whoever only wants the prompt's name need not have values; for the same reason
 * they are no part of the object's JSON.
 */
export function withRendering<Value extends object>(
  value: Value,
  render: () => RenderedPrompt,
): Value & RenderedPrompt {
  let rendered: RenderedPrompt | undefined;
  const once = (): RenderedPrompt => {
    rendered ??= render();
    return rendered;
  };
  return Object.defineProperties(value, {
    messages: { get: () => once().messages },
    text: { get: () => once().text },
    stableMessages: { get: () => once().stableMessages },
  }) as Value & RenderedPrompt;
}
