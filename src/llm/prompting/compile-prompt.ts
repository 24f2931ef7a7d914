import { DataError } from "../../errors.ts";
import type { Prompt } from "../../types/index.ts";
import type { ChatMessage } from "../chat-model.ts";
import { fillVariables, variablesIn } from "./fill-variables.ts";
import type { PromptSettings } from "./prompt-settings.ts";
import { templateParts } from "./template-parts.ts";

/** A prompt that questions can be put into. */
export interface CompiledPrompt {
  readonly id: string;
  /** Messages for one question: system, examples, then the prompt with the question; the last is the user's. */
  render(question: string): ChatMessage[];
  /** How many of these, from the first, are the same for every question: what a provider's cache can keep. */
  readonly stableMessages: number;
}

/**
 * Prepares a prompt. `{{query}}` in it (or `{{question}}`) is the question; where it has none, the question stands
 * beside the last part of the user's, as `settings.questionPosition` says.
 * @throws DataError naming the prompt where a variable has no value or no part is the user's
 */
export function compilePrompt(prompt: Prompt, settings: PromptSettings): CompiledPrompt {
  const parts = templateParts(prompt.template);
  const last = parts.at(-1);
  const where = `The prompt "${prompt.id}"`;
  if (last?.role !== "user")
    throw new DataError(`${where} does not end in a part of the user's; put [[user]] before its last part.`);
  const values = new Map(Object.entries(settings.variables));
  const names = new Set(parts.flatMap(({ text }) => [...variablesIn(text)]));
  for (const name of variablesIn(settings.system ?? "")) names.add(name);
  const hasQuestion = parts.some(({ text }) => isQuestionIn(text));
  for (const name of names)
    if (!QUESTION_NAMES.has(name) && !values.has(name))
      throw new DataError(
        `${where} has the variable {{${name}}}, which has no value. Give it one (in the library by variables, on the command line by --variable ${name}=…), or write \\{{${name}}} where the braces are meant.`,
      );
  const place = (text: string): string => {
    if (hasQuestion) return text;
    const pieces = settings.questionPosition === "before" ? ["{{query}}", text] : [text, "{{query}}"];
    return pieces.join(settings.separator);
  };
  const ownParts = parts.map((part, position) =>
    position === parts.length - 1 ? { role: part.role, text: place(part.text) } : part,
  );
  const systemParts = ownParts.filter(({ role }) => role === "system").map(({ text }) => text);
  const system = [...(settings.system === undefined ? [] : [settings.system]), ...systemParts].join("\n\n");
  const turns = ownParts.filter(({ role }) => role !== "system");
  const examples = settings.fewShot.flatMap(({ text, answer }): ChatMessage[] => [
    { role: "user", content: text },
    { role: "assistant", content: answer },
  ]);
  const varying = turns.findIndex(({ text }) => isQuestionIn(text));
  return {
    id: prompt.id,
    stableMessages: isQuestionIn(system) ? 0 : Number(system !== "") + examples.length + Math.max(0, varying),
    render(question) {
      const filled = new Map(values);
      for (const name of QUESTION_NAMES) filled.set(name, question);
      return [
        ...(system === "" ? [] : [{ role: "system" as const, content: fillVariables(system, filled) }]),
        ...examples,
        ...turns.map(({ role, text }) => ({ role, content: fillVariables(text, filled) })),
      ];
    },
  };
}

const QUESTION_NAMES: ReadonlySet<string> = new Set(["query", "question"]);

function isQuestionIn(text: string): boolean {
  const names = variablesIn(text);
  return [...QUESTION_NAMES].some((name) => names.has(name));
}
