import type { LanguageModel } from "ai";
import { ChatError } from "../chat-error.ts";
import type { ChatAnswer, ChatModel, ChatRequest, FinishReason } from "../chat-model.ts";
import { describeSdkError } from "./describe-sdk-error.ts";

/** What is needed to speak to a model through the AI SDK. */
export interface SdkChatModelParts {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl?: string;
  /** A model object; a string would go to a hosted gateway. */
  readonly model: Exclude<LanguageModel, string>;
  /** Takes keys out of messages. */
  readonly redact: (text: string) => string;
}

const FINISH_REASONS: ReadonlySet<string> = new Set(["stop", "length", "content-filter", "error"]);

/** A chat model behind the AI SDK, whose own retries are off. */
export function sdkChatModel(parts: SdkChatModelParts): ChatModel {
  const { name, provider, baseUrl, model, redact } = parts;
  const where = `${baseUrl ?? provider} (${name})`;
  return {
    name,
    provider,
    ...(baseUrl !== undefined && { baseUrl }),
    async answer(request) {
      const { generateText } = await loadSdk();
      const stop = new AbortController();
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        stop.abort();
      }, request.timeoutMs);
      const onAbort = (): void => stop.abort();
      request.signal?.addEventListener("abort", onAbort, { once: true });
      try {
        request.signal?.throwIfAborted();
        const system = request.messages.filter(({ role }) => role === "system");
        const { temperature, topP, maxTokens } = request.sampling;
        const result = await generateText({
          model,
          ...(system.length > 0 && { system: system.map(({ content }) => content).join("\n\n") }),
          messages: conversation(request),
          maxRetries: 0,
          abortSignal: stop.signal,
          ...(temperature !== undefined && { temperature }),
          ...(topP !== undefined && { topP }),
          ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
        });
        return checkAnswer(result.text, result.finishReason, result.usage, where);
      } catch (error) {
        if (isLate)
          throw new ChatError(
            `${where} did not answer within ${request.timeoutMs / 1000} s. Give it longer by --timeout.`,
            { isRetryable: true },
          );
        throw describeSdkError(error, where, redact);
      } finally {
        clearTimeout(timer);
        request.signal?.removeEventListener("abort", onAbort);
      }
    },
  };
}

let sdk: Promise<typeof import("ai")> | undefined;

/** Loaded at the first call: most commands never need it. */
function loadSdk(): Promise<typeof import("ai")> {
  if (sdk === undefined) {
    // Its warnings would be printed for every call, between our own output.
    globalThis.AI_SDK_LOG_WARNINGS = false;
    sdk = import("ai");
  }
  return sdk;
}

function conversation(request: ChatRequest): { role: "user" | "assistant"; content: string }[] {
  return request.messages.flatMap(({ role, content }) => (role === "system" ? [] : [{ role, content }]));
}

function checkAnswer(
  text: string,
  reason: string,
  usage: { readonly inputTokens: number | undefined; readonly outputTokens: number | undefined },
  where: string,
): ChatAnswer {
  const finishReason = (FINISH_REASONS.has(reason) ? reason : "other") as FinishReason;
  if (finishReason === "error" || (text === "" && finishReason !== "stop" && finishReason !== "length"))
    throw new ChatError(`${where} gave no answer: it stopped with the reason "${reason}".`, {
      isRetryable: finishReason !== "content-filter",
    });
  const inputTokens = tokenCount(usage.inputTokens);
  const outputTokens = tokenCount(usage.outputTokens);
  return {
    text,
    finishReason,
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

function tokenCount(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
