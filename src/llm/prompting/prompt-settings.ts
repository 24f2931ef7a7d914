import { UsageError } from "../../errors.ts";
import type { Sampling } from "../chat-model.ts";

/** A question with its answer, shown before the question that is asked. */
export interface FewShotExample {
  readonly text: string;
  readonly answer: string;
}

/** How a prompt and a question become messages. */
export interface PromptSettings {
  /** Put before the prompt's own system part. */
  readonly system?: string;
  /** Asked and answered before the question itself, the same for all prompts. */
  readonly fewShot: readonly FewShotExample[];
  /** Where the question stands, before or after a template without `{{query}}`. */
  readonly questionPosition: "before" | "after";
  /** Between such a template and the question. */
  readonly separator: string;
  /** Values of further variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How calls are made: everything that decides what an answer may be, apart from the LLM. */
export interface CallSettings extends PromptSettings {
  readonly sampling: Sampling;
  /**
   * Most tokens of prompt and answer together. The prompt's are estimated from its bytes, since tokenizers differ;
   * what remains is the answer's limit.
   */
  readonly totalTokens?: number;
}

/** Names of presets. */
export type PresetName = "plain" | "reference";

/** Settings to start from. */
export const PRESETS: Readonly<Record<PresetName, CallSettings>> = {
  /** The question, a blank line, the prompt; the LLM's own sampling. */
  plain: { fewShot: [], questionPosition: "before", separator: "\n\n", variables: {}, sampling: {} },
  /** As holarissun/Prompt-OIRL asked LLaMA-2: question and prompt run together, no system message, 512 tokens in all. */
  reference: {
    fewShot: [],
    questionPosition: "before",
    separator: "",
    variables: {},
    sampling: { temperature: 0.6, topP: 0.9 },
    totalTokens: 512,
  },
};

/** English text has about so many bytes a token, in the tokenizers of LLaMA-2 and its like. */
const BYTES_PER_TOKEN = 3.6;

/**
 * The sampling of one call, `totalTokens` turned into a limit of its answer.
 * @param promptBytes UTF-8 bytes of all its messages
 * @throws UsageError where the prompt leaves no room
 */
export function samplingFor(settings: CallSettings, promptBytes: number, place: string): Sampling {
  const { sampling, totalTokens } = settings;
  if (totalTokens === undefined) return sampling;
  const room = totalTokens - Math.ceil(promptBytes / BYTES_PER_TOKEN);
  if (room < 1)
    throw new UsageError(
      `${place} has ${promptBytes} bytes, which leaves no room for an answer within ${totalTokens} tokens. Shorten it, or choose another preset with --max-tokens.`,
    );
  return { ...sampling, maxTokens: Math.min(sampling.maxTokens ?? room, room) };
}
