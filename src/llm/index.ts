export { ChatError } from "./chat-error.ts";
export type {
  ChatAnswer,
  ChatMessage,
  ChatModel,
  ChatRequest,
  FinishReason,
  Sampling,
} from "./chat-model.ts";
export type { LineFile, OpenLineFile } from "./collect/answer-log.ts";
export { CallPlan } from "./collect/call-plan.ts";
export { collect } from "./collect/collect.ts";
export type { CollectEnd, CollectOptions, CollectStatus, CollectSummary } from "./collect/collect-types.ts";
export type { PlanEstimate } from "./collect/estimate-calls.ts";
export { estimateCalls } from "./collect/estimate-calls.ts";
export type { UnknownCall } from "./collect/journal-state.ts";
export type { CostEstimate } from "./cost/cost-forecast.ts";
export type { ModelPrice } from "./cost/prices.ts";
export { priceOf, readPrices } from "./cost/prices.ts";
export type { ChatModelOptions } from "./create-chat-model.ts";
export { createChatModel } from "./create-chat-model.ts";
export type {
  CallSettings,
  FewShotExample,
  PresetName,
  PromptSettings,
} from "./prompting/prompt-settings.ts";
export { PRESETS } from "./prompting/prompt-settings.ts";
export type { FlippedLabel, PromptFlips, ReplayOptions, ReplaySummary } from "./replay/replay-log.ts";
export { replayLog } from "./replay/replay-log.ts";
