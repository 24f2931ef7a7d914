/**
 * Logs made: an LLM is asked every question with every prompt, what was paid for is kept, and a killed run goes on.
 *
 * @example
 * import { collect, createChatModel } from "prompt-oirl/collect";
 *
 * @module
 */
export type { AnswerMatcher, AnswerMatcherName, CustomMatcher, MatcherOptions } from "./data/index.ts";
export { ANSWER_MATCHERS } from "./data/index.ts";
export type { ErrorCode, ErrorDetails } from "./errors.ts";
export { PromptOirlError } from "./errors.ts";
export type {
  AllocationSummary,
  CallSettings,
  CallStatus,
  ChatAnswer,
  ChatMessage,
  ChatModel,
  ChatModelOptions,
  ChatRequest,
  CollectOptions,
  CollectSummary,
  ModelPrice,
  PlanEstimate,
  PresetName,
  Sampling,
} from "./llm/index.ts";
export { ChatError, collect, createChatModel, PRESETS } from "./llm/index.ts";
export type { Prompt, Query } from "./types/index.ts";
