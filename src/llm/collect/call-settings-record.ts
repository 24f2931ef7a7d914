import type { RunSettings } from "../../data/index.ts";
import type { JsonValue } from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import type { ChatModel } from "../chat-model.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";

/**
 * Everything besides questions and prompts that an answer and its reward depend on, as the run keeps it. Addresses
 * are left out: the same model may move to another port.
 */
export function settingsRecord(llm: ChatModel, settings: CallSettings, matcher: JsonValue): RunSettings {
  const { sampling, fewShot } = settings;
  return {
    llm: llm.name,
    provider: llm.provider,
    ...(llm.revision !== undefined && { revision: llm.revision }),
    temperature: sampling.temperature ?? null,
    topP: sampling.topP ?? null,
    maxTokens: sampling.maxTokens ?? null,
    totalTokens: settings.totalTokens ?? null,
    system: settings.system ?? null,
    questionPosition: settings.questionPosition,
    separator: settings.separator,
    // Sorted, so that the order in which they are given does not count.
    variables: Object.fromEntries(Object.entries(settings.variables).sort(([a], [b]) => (a < b ? -1 : 1))),
    fewShot:
      fewShot.length === 0 ? null : contentHash(...fewShot.flatMap(({ text, answer }) => [text, answer])),
    matcher,
  };
}
