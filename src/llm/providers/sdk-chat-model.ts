import { ChatError } from "../chat-error.ts";
import type { ChatAnswer, ChatModel, FinishReason } from "../chat-model.ts";
import { askSdkModel, type SdkAnswer, type SdkModel } from "./ask-sdk-model.ts";
import { describeSdkError } from "./describe-sdk-error.ts";

/** What is needed to speak to a model through the AI SDK. */
export interface SdkChatModelParts {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl?: string;
  /** A model object; a string would go to a hosted gateway. */
  readonly model: SdkModel;
  /** Takes keys out of messages. */
  readonly redact: (text: string) => string;
}

const FINISH_REASONS: ReadonlySet<string> = new Set(["stop", "length", "content-filter", "error"]);

/** A chat model behind the AI SDK, which tries once. */
export function sdkChatModel(parts: SdkChatModelParts): ChatModel {
  const { name, provider, baseUrl, model, redact } = parts;
  const where = `${baseUrl ?? provider} (${name})`;
  return {
    name,
    provider,
    ...(baseUrl !== undefined && { baseUrl }),
    async answer(request) {
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
        const answer = await Promise.race([askSdkModel(model, request, stop.signal), stopped(stop.signal)]);
        const checked = checkAnswer(answer, where);
        // An endpoint that repeats what it was sent would otherwise put the key into the log.
        return { ...checked, text: redact(checked.text) };
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

/** Rejects when the signal fires: not every provider, and not every `fetch`, listens to it until the end. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
}

function checkAnswer(answer: SdkAnswer, where: string): ChatAnswer {
  const { text, finishReason: reason } = answer;
  const finishReason = (FINISH_REASONS.has(reason) ? reason : "other") as FinishReason;
  if (finishReason === "error" || (text === "" && finishReason !== "stop" && finishReason !== "length"))
    throw new ChatError(`${where} gave no answer: it stopped with the reason "${reason}".`, {
      isRetryable: finishReason !== "content-filter",
    });
  const inputTokens = tokenCount(answer.inputTokens);
  const outputTokens = tokenCount(answer.outputTokens);
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
