import type { ChatModel } from "../chat-model.ts";
import { type Environment, findKey, type KeySource, resolveBaseUrl } from "../endpoint.ts";
import { fetchCompletion } from "./fetch-completion.ts";
import { createRedactor } from "./redact.ts";
import { sdkChatModel } from "./sdk-chat-model.ts";

/** An OpenAI-compatible endpoint: OpenAI's own, vLLM, Ollama, llama.cpp's server, many vendors. */
export interface OpenAiCompatibleOptions extends KeySource {
  /** As the endpoint calls it. */
  readonly model: string;
  /** @default the variable OPENAI_BASE_URL, else OpenAI's own */
  readonly baseUrl?: string;
  /** @default process.env */
  readonly environment?: Environment;
  /** For a plan alone: no key is looked for, and none would be sent. @default false */
  readonly isPlanned?: boolean;
}

/**
 * A model behind `POST {baseUrl}/chat/completions`.
 * @throws UsageError for an address that is none, or a key that is missing
 */
export async function openAiCompatibleModel(options: OpenAiCompatibleOptions): Promise<ChatModel> {
  const environment = options.environment ?? process.env;
  const baseUrl = resolveBaseUrl(options.baseUrl, environment);
  const key = options.isPlanned === true ? undefined : await findKey(baseUrl, options, environment);
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const provider = createOpenAICompatible({
    name: "openai-compatible",
    baseURL: baseUrl,
    fetch: fetchCompletion,
    ...(key !== undefined && { apiKey: key }),
  });
  return sdkChatModel({
    name: options.model,
    provider: "openai-compatible",
    baseUrl,
    model: provider.chatModel(options.model),
    redact: createRedactor(key === undefined ? [] : [key]),
  });
}
