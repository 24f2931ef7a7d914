export { promptsOfSlot, propensities } from "./allocate/allocation-round.ts";
export type { AllocationRound, AllocationSettings, Strategy } from "./allocate/allocation-types.ts";
export type { AllocationSummary, DroppedPrompt } from "./allocate/describe-allocation.ts";
export { findLeader } from "./allocate/describe-allocation.ts";
export { nextRound, plainMeans } from "./allocate/next-round.ts";
export { SlotOrder } from "./allocate/slot-order.ts";
export type { LineFile, OpenLineFile } from "./calls/answer-log.ts";
export { toKey } from "./calls/call-plan.ts";
export type { CallOptions, CallStatus, CallsEnd, CallsSummary } from "./calls/calls-types.ts";
export { checkCallOptions } from "./calls/check-call-options.ts";
export type { PlanEstimate } from "./calls/estimate-calls.ts";
export { estimateCalls } from "./calls/estimate-calls.ts";
export type { UnknownCall } from "./calls/journal-state.ts";
export type { CallsAhead, CallsAheadOptions } from "./calls/remaining-calls.ts";
export { remainingCalls } from "./calls/remaining-calls.ts";
export { ChatError } from "./chat-error.ts";
export type {
  ChatAnswer,
  ChatMessage,
  ChatModel,
  ChatRequest,
  FinishReason,
  Sampling,
} from "./chat-model.ts";
export { allocationSettings } from "./collect/allocation-options.ts";
export { settingsRecord } from "./collect/call-settings-record.ts";
export { checkedGrader } from "./collect/checked-grader.ts";
export { collect } from "./collect/collect.ts";
export { CollectPlan } from "./collect/collect-plan.ts";
export type { CollectOptions, CollectSummary } from "./collect/collect-types.ts";
export type { PlannedCollection } from "./collect/plan-collection.ts";
export { planCollection } from "./collect/plan-collection.ts";
export type { QuestionPromptPair } from "./collect/selected-calls.ts";
export { SelectedCalls } from "./collect/selected-calls.ts";
export type { RecordedMatcher, RecordedSettings } from "./collect/settings-from-record.ts";
export { matcherOfRecord, settingsFromRecord } from "./collect/settings-from-record.ts";
export type { CostEstimate } from "./cost/cost-forecast.ts";
export type { ModelPrice } from "./cost/prices.ts";
export { findPrice, LIST_PRICES_MONTH, readPrices } from "./cost/prices.ts";
export type { ChatModelOptions } from "./create-chat-model.ts";
export { createChatModel } from "./create-chat-model.ts";
export type { CriticOptions, CriticPlanOptions, CriticSummary } from "./critic/ask-critic.ts";
export { askCritic, planCritic } from "./critic/ask-critic.ts";
export type { Environment, KeySource } from "./endpoint.ts";
export { findKey, isLoopback, OPENAI_BASE_URL, resolveBaseUrl } from "./endpoint.ts";
export type { AnswerPair, PairVerdict } from "./judge/answer-pairs.ts";
export { answerPairs, pairJudgements, pairVerdict, winRates } from "./judge/answer-pairs.ts";
export type { AnswersToJudge, AnswerToJudge } from "./judge/answers-to-judge.ts";
export { readAnswersToJudge } from "./judge/answers-to-judge.ts";
export { DEFAULT_CRITERIA, JUDGE_WORDING } from "./judge/judge-messages.ts";
export { JudgeSession } from "./judge/judge-session.ts";
export type { Judgement } from "./judge/judgement-plan.ts";
export { JudgementPlan } from "./judge/judgement-plan.ts";
export { singleJudgements } from "./judge/single-judgements.ts";
export type { JudgeMode } from "./judge/verdict.ts";
export { readVerdict } from "./judge/verdict.ts";
export type { CompiledPrompt } from "./prompting/compile-prompt.ts";
export { compilePrompt } from "./prompting/compile-prompt.ts";
export type {
  CallSettings,
  FewShotExample,
  PresetName,
  PromptSettings,
} from "./prompting/prompt-settings.ts";
export { PRESETS } from "./prompting/prompt-settings.ts";
export type { ProposalBrief, ShownFailure, TriedPrompt } from "./propose/proposal-brief.ts";
export type {
  Proposal,
  ProposedPrompts,
  ProposePromptsOptions,
  UnreadableReply,
} from "./propose/propose-prompts.ts";
export { planProposalCalls, proposePrompts } from "./propose/propose-prompts.ts";
export type { FlippedLabel, PromptFlips, RegradeOptions, RegradeSummary } from "./regrade/regrade-log.ts";
export { regradeLog } from "./regrade/regrade-log.ts";
