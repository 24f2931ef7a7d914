import type { ChatModel } from "./chat-model.ts";
import { type OpenAiCompatibleOptions, openAiCompatibleModel } from "./providers/openai-compatible-model.ts";
import { packageModel } from "./providers/package-model.ts";

/** A model by provider. */
export interface ChatModelOptions extends OpenAiCompatibleOptions {
  /** `openai-compatible`, or the name of an installed package of the AI SDK. @default "openai-compatible" */
  readonly provider?: string;
}

/**
 * Makes a chat model.
 * @throws UsageError where the provider is unknown, the address is none, or a key is missing
 */
export function createChatModel(options: ChatModelOptions): Promise<ChatModel> {
  const { provider = "openai-compatible", model, environment } = options;
  return provider === "openai-compatible"
    ? openAiCompatibleModel(options)
    : packageModel({ packageName: provider, model, ...(environment !== undefined && { environment }) });
}
