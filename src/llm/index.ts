export type { LineFile, OpenLineFile } from "./calls/answer-log.ts";
export type { CallOptions, CallStatus, CallsEnd, CallsSummary } from "./calls/calls-types.ts";
export type { PlanEstimate } from "./calls/estimate-calls.ts";
export { estimateCalls } from "./calls/estimate-calls.ts";
export type { UnknownCall } from "./calls/journal-state.ts";
export { ChatError } from "./chat-error.ts";
export type {
  ChatAnswer,
  ChatMessage,
  ChatModel,
  ChatRequest,
  FinishReason,
  Sampling,
} from "./chat-model.ts";
export { checkedGrader } from "./collect/checked-grader.ts";
export { collect } from "./collect/collect.ts";
export { CollectPlan } from "./collect/collect-plan.ts";
export type { CollectOptions, CollectSummary } from "./collect/collect-types.ts";
export type { CostEstimate } from "./cost/cost-forecast.ts";
export type { ModelPrice } from "./cost/prices.ts";
export { priceOf, readPrices } from "./cost/prices.ts";
export type { ChatModelOptions } from "./create-chat-model.ts";
export { createChatModel } from "./create-chat-model.ts";
export type { Environment, KeySource } from "./endpoint.ts";
export { findKey, isLoopback, OPENAI_BASE_URL, resolveBaseUrl } from "./endpoint.ts";
export type {
  CallSettings,
  FewShotExample,
  PresetName,
  PromptSettings,
} from "./prompting/prompt-settings.ts";
export { PRESETS } from "./prompting/prompt-settings.ts";
export type { FlippedLabel, PromptFlips, ReplayOptions, ReplaySummary } from "./replay/replay-log.ts";
export { replayLog } from "./replay/replay-log.ts";
