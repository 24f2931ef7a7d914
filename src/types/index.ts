export type * from "./evaluation.ts";
export type {
  DenseFeatures,
  EmbeddedQueries,
  FeatureBlock,
  FeatureBlocks,
  FeatureMatrix,
  SparseFeatures,
} from "./feature-matrix.ts";
export type { Interval } from "./interval.ts";
export type { ProgressListener, WorkOptions } from "./progress.ts";
export type { PromptCandidates } from "./prompt-candidates.ts";
export type * from "./records.ts";
export type { RewardLog } from "./reward-log.ts";
export { PART_CODES } from "./reward-log.ts";
export type { RewardMatrix } from "./reward-matrix.ts";
export type { JsonValue, NumericArray, StoredState } from "./stored-state.ts";
export type * from "./trade.ts";
