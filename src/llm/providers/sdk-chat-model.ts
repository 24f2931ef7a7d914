import { type AnswerKind, answerKind } from "../../data/index.ts";
import { ChatError, type FailureMeaning } from "../chat-error.ts";
import type { ChatAnswer, ChatModel, FinishReason } from "../chat-model.ts";
import { askSdkModel, type SdkAnswer, type SdkModel } from "./ask-sdk-model.ts";
import type { Redactor } from "./redact.ts";
import { toChatError } from "./to-chat-error.ts";

/** What is needed to speak to a model through the AI SDK. */
export interface SdkChatModelParts {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl?: string;
  /** A model object; a string would go to a hosted gateway. */
  readonly model: SdkModel;
  /** Takes keys out of answers and messages. */
  readonly redact: Redactor;
}

/** What each kind of answer that is none means for the call. */
const NO_ANSWER: Readonly<Partial<Record<AnswerKind, { readonly what: string } & Partial<FailureMeaning>>>> =
  {
    filtered: { what: "what it wrote was filtered", isAboutQuestion: true },
    "tool-call": { what: "it called a tool, and none was offered" },
    missing: { what: "the content is null" },
    failed: { what: "it failed", isRetryable: true },
  };

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
        const { text, hidden } = redact(checked.text);
        return hidden === 0
          ? checked
          : { ...checked, text, hiddenKeys: { places: hidden, said: checked.text } };
      } catch (error) {
        if (isLate)
          throw new ChatError(
            `${where} did not answer within ${request.timeoutMs / 1000} s. Give it longer by --timeout.`,
            { isRetryable: true },
          );
        throw toChatError(error, where, (text) => redact(text).text);
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

/** @throws ChatError where it is no answer: that is a failure of the call, never a wrong answer */
function checkAnswer(answer: SdkAnswer, where: string): ChatAnswer {
  const { callsTool, finishReason: reason } = answer;
  const finishReason = (FINISH_REASONS.has(reason) ? reason : "other") as FinishReason;
  const found = answerKind({ text: answer.text, finishReason: reason, callsTool });
  // Nothing at all, for a reason that nobody knows.
  const kind = found === "empty" && finishReason === "other" ? "failed" : found;
  // What was written before the filter is kept.
  const none = kind === "filtered" && answer.text ? undefined : NO_ANSWER[kind];
  if (none !== undefined) {
    const { what, ...meaning } = none;
    throw new ChatError(
      `${where} gave no answer: ${what} (it stopped with the reason "${reason}").`,
      meaning,
    );
  }
  const text = answer.text ?? "";
  // A text takes tokens, so none cannot have been counted.
  const inputTokens = tokenCount(answer.inputTokens, 1);
  const outputTokens = tokenCount(answer.outputTokens, text === "" ? 0 : 1);
  return {
    text,
    finishReason,
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

function tokenCount(value: number | undefined, least: number): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= least ? value : undefined;
}
