import type { ChatModel } from "./chat-model.ts";
import { localModel } from "./providers/local/local-model.ts";
import { type OpenAiCompatibleOptions, openAiCompatibleModel } from "./providers/openai-compatible-model.ts";
import { packageModel } from "./providers/package-model.ts";

/** A model by provider. */
export interface ChatModelOptions extends OpenAiCompatibleOptions {
  /**
   * `openai-compatible`, `local` (`model` is then the path of a GGUF file), or the name of an installed package of the
   * AI SDK. @default "openai-compatible"
   */
  readonly provider?: string;
  /** Threads of a local model, ≥ 1. @default node-llama-cpp's choice */
  readonly threads?: number;
}

/**
 * Makes a chat model.
 * @throws UsageError where the provider is unknown, the address or the model file is none, or a key is missing
 * @throws ConfigError where the package a local model needs is not installed
 */
export function createChatModel(options: ChatModelOptions): Promise<ChatModel> {
  const { provider = "openai-compatible", model, threads, environment } = options;
  const given = environment !== undefined && { environment };
  switch (provider) {
    case "openai-compatible":
      return openAiCompatibleModel(options);
    case "local":
      return localModel({ model, ...(threads !== undefined && { threads }), ...given });
    default:
      return packageModel({ packageName: provider, model, ...given });
  }
}
