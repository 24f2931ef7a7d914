/**
 * The public API, in the order of the pipeline: a log becomes a run directory, questions become numbers, a reward
 * model estimates success, strategies choose, and the result is evaluated, stored, asked and shown.
 *
 * @example
 * import { loadChooser } from "prompt-oirl";
 * const chooser = await loadChooser("my-run");
 * const { prompt, reason } = chooser.recommend("A train covers 120 km in 2 hours. How fast is it?");
 *
 * @module
 */

// Logs in
// Logs made: questions from published data sets, answers from an LLM
export type {
  AnswerMatcher,
  AnswerMatcherName,
  CustomMatcher,
  Dataset,
  DatasetName,
  FileConstants,
  FileMeaning,
  ImportJsonlOptions,
  ImportMapping,
  ImportOptions,
  ImportPromptOirlOptions,
  ImportSummary,
  ImportTableOptions,
  LeftOut,
  LoggedAnswer,
  MatcherOptions,
  PullDatasetOptions,
  PullSummary,
  RewardCount,
  RunDirectory,
  RunManifest,
  TableColumns,
  TableConfig,
  TableLayout,
  ToldColumns,
} from "./data/index.ts";
export {
  ANSWER_MATCHERS,
  DATASETS,
  importJsonl,
  importPromptOirl,
  importTable,
  loadGsm8k,
  loadMawps,
  loadSvamp,
  openRunDirectory,
  pullDataset,
  readRewardLog,
  readStoredState,
  readTableConfig,
  writeStoredState,
} from "./data/index.ts";
// Questions as numbers
export type {
  Embedder,
  EmbedderDescription,
  EmbedderOptions,
  FittedEmbedder,
  LocalFittedEmbedder,
  RemoteFittedEmbedder,
} from "./embed/index.ts";
export { createEmbedder, EMBEDDERS, embedTexts, restoreEmbedder } from "./embed/index.ts";
// Shapes and errors
export type { ErrorCode, ErrorDetails } from "./errors.ts";
export {
  AbortedError,
  ConfigError,
  DataError,
  EXIT_CODES,
  ExistsError,
  IoError,
  LlmError,
  ModelFileError,
  PromptOirlError,
  ShapeError,
  UsageError,
} from "./errors.ts";
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
  CriticOptions,
  CriticSummary,
  JudgeMode,
  ModelPrice,
  PlanEstimate,
  PresetName,
  PromptFlips,
  RegradeOptions,
  RegradeSummary,
  Sampling,
} from "./llm/index.ts";
export { askCritic, ChatError, collect, createChatModel, PRESETS, regradeLog } from "./llm/index.ts";
// The pipeline's stages, and all of them in one call
export type {
  AnswersInMemory,
  CandidateTest,
  Chooser,
  EvaluateOptions,
  JudgeCheck,
  JudgeOptions,
  JudgeSummary,
  LiveEnd,
  LiveOptions,
  LiveQuestions,
  LiveResult,
  LiveVerdict,
  LogSource,
  ModelExport,
  ModelExportFormat,
  ModelOptions,
  NpyExport,
  OptimizedChoice,
  PipelineResult,
  ProposalScope,
  ProposeOptions,
  ProposeResult,
  Recommendation,
  RejectedCandidate,
  RenderedPrompt,
  RenderedRecommendation,
  RenderSettings,
  ReproduceOptions,
  ReproduceResult,
  ReproductionPreset,
  RunPipelineOptions,
  ScoredCandidate,
  ScoreResult,
  SubsetResult,
  SubsetSweep,
  TrainedChooser,
  TrainingSummary,
} from "./pipeline/index.ts";
export {
  evaluateChooser,
  evaluateLive,
  evaluateRun,
  exportModel,
  exportNpy,
  judgeRun,
  loadChooser,
  optimizeRun,
  proposeRun,
  renderPrompt,
  reportRun,
  reproduce,
  runPipeline,
  saveChooser,
  scoreRun,
  sweepSubsets,
  trainChooser,
  trainRun,
} from "./pipeline/index.ts";
// Results shown
export type { ReportData, Reproduction, TerminalOptions, Verdict } from "./report/index.ts";
export { formatEvaluationDetails, formatFirstScreen, renderReport, verdict } from "./report/index.ts";
// Reward models
export type {
  BinnedQueries,
  BoosterData,
  BoosterModel,
  BoosterOptions,
  BoosterProgress,
  BoosterResult,
  FeatureColumns,
  FittedRewardModel,
  ImportanceKind,
  LightgbmOptions,
  LightgbmParameters,
  RewardModel,
  RewardModelDescription,
  RewardModelFit,
  RewardTraining,
  ScoredPrompts,
  TrainingPlan,
  Tree,
  TreeModelParts,
  XgboostFormat,
  XgboostOptions,
  XgboostParameters,
  XgboostPreset,
} from "./reward/index.ts";
export {
  binQueries,
  createRewardModel,
  featureImportance,
  GbdtScorer,
  getBooster,
  lightgbmPlan,
  REWARD_MODELS,
  readLightgbmModel,
  readXgboostModel,
  restoreBooster,
  restoreRewardModel,
  rewardModelFromTrees,
  saveBooster,
  trainBooster,
  writeLightgbmModel,
  writeXgboostModel,
  XGBOOST_PRESETS,
  xgboostPlan,
} from "./reward/index.ts";
// Choice
export type { StrategyDescription } from "./select/index.ts";
export { STRATEGIES } from "./select/index.ts";
export type * from "./types/index.ts";
