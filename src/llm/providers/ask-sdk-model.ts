import type { LanguageModelV2, LanguageModelV3, LanguageModelV3Message } from "@ai-sdk/provider";
import type { ChatRequest } from "../chat-model.ts";

/** A model object of the AI SDK, of any version it knows. */
export type SdkModel = LanguageModelV3 | LanguageModelV2;

/** What an SDK's model answered. */
export interface SdkAnswer {
  /** null where the endpoint said that there is none, which is not an empty one. */
  readonly text: string | null;
  /** Whether the model called a tool, which nobody offered it. */
  readonly callsTool: boolean;
  readonly finishReason: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/**
 * Asks a model of the AI SDK once. A current model is asked directly: checks, telemetry and steps of `generateText`,
 * none of which a plain question needs, cost more processor time than all else of a call. It remains for the models of
 * older packages, which it translates.
 */
export function askSdkModel(model: SdkModel, request: ChatRequest, signal: AbortSignal): Promise<SdkAnswer> {
  return model.specificationVersion === "v3"
    ? askDirectly(model, request, signal)
    : askThroughSdk(model, request, signal);
}

async function askDirectly(
  model: LanguageModelV3,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<SdkAnswer> {
  const { content, finishReason, usage, response } = await model.doGenerate({
    prompt: sdkPrompt(request),
    abortSignal: signal,
    ...toSdkSampling(request),
  });
  return {
    text: hasNullContent(response?.body)
      ? null
      : content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    callsTool: content.some(({ type }) => type === "tool-call"),
    finishReason: finishReason.unified,
    inputTokens: usage.inputTokens.total,
    outputTokens: usage.outputTokens.total,
  };
}

/** The SDK makes no difference between an empty text and none; the body of an OpenAI-compatible endpoint does. */
function hasNullContent(body: unknown): boolean {
  const { choices } = (body ?? {}) as { readonly choices?: readonly { readonly message?: object | null }[] };
  const message = Array.isArray(choices) ? choices[0]?.message : undefined;
  return (
    typeof message === "object" &&
    message !== null &&
    ((message as { content?: unknown }).content ?? null) === null
  );
}

async function askThroughSdk(model: SdkModel, request: ChatRequest, signal: AbortSignal): Promise<SdkAnswer> {
  const { generateText } = await loadSdk();
  const system = systemText(request);
  const { text, finishReason, usage, toolCalls } = await generateText({
    model,
    ...(system !== undefined && { system }),
    messages: request.messages.flatMap(({ role, content }) => (role === "system" ? [] : [{ role, content }])),
    // One retry layer, and that is not this one.
    maxRetries: 0,
    abortSignal: signal,
    ...toSdkSampling(request),
  });
  const callsTool = toolCalls.length > 0;
  return { text, callsTool, finishReason, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
}

function sdkPrompt(request: ChatRequest): LanguageModelV3Message[] {
  const system = systemText(request);
  const turns = request.messages.flatMap(({ role, content }): LanguageModelV3Message[] =>
    role === "system" ? [] : [{ role, content: [{ type: "text", text: content }] }],
  );
  return system === undefined ? turns : [{ role: "system", content: system }, ...turns];
}

/** All system messages as one; undefined without any. */
function systemText({ messages }: ChatRequest): string | undefined {
  const system = messages.filter(({ role }) => role === "system");
  return system.length === 0 ? undefined : system.map(({ content }) => content).join("\n\n");
}

function toSdkSampling({ sampling: { temperature, topP, maxTokens } }: ChatRequest): {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
} {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
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
