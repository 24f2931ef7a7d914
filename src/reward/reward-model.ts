import type {
  FeatureMatrix,
  JsonValue,
  PromptCandidates,
  RewardMatrix,
  StoredState,
  WorkOptions,
} from "../types/index.ts";

/** What a reward model learns from. Q questions (rows), P training prompts (columns). */
export interface RewardTraining {
  /** Q rows. */
  readonly queries: FeatureMatrix;
  /** P rows: the embedded templates. */
  readonly prompts: FeatureMatrix;
  /** Q × P counts; pairs with 0 trials are unknown. */
  readonly rewards: RewardMatrix;
  /** Q long: group of each question, 0-based; questions of one group are always left out together. */
  readonly groups: Int32Array;
  /** Q long: inner cross-validation fold of each question, 0-based; constant within a group. */
  readonly folds: Int32Array;
  /** Column of the best fixed prompt by training labels; hyperparameters are chosen on contrasts with it. */
  readonly fixedColumn: number;
  readonly seed: number;
}

/** A fitted model with what it would have said of its own training questions had they been left out. */
export interface RewardModelFit {
  readonly model: FittedRewardModel;
  /** Q × P, row-major: each question predicted without any label of its group. In [0, 1]. */
  readonly outOfFold: Float64Array;
  /** What was chosen by cross-validation. */
  readonly hyperparameters: { readonly [name: string]: JsonValue };
}

/** Estimates P(right | question, prompt), the Υ of the paper, equation 4. */
export interface RewardModel {
  readonly kind: string;
  /**
   * Fits on the counts and chooses hyperparameters by grouped cross-validation.
   * @throws ShapeError where the sizes of `training` disagree
   * @throws AbortedError when `options.signal` fires
   */
  fit(training: RewardTraining, options?: WorkOptions): Promise<RewardModelFit>;
}

/** A reward model ready to score. */
export interface FittedRewardModel {
  readonly kind: string;
  /** Number P of training prompts. */
  readonly prompts: number;
  /**
   * Predicted success probabilities in [0, 1], row-major. Without `candidates` the columns are the P training
   * prompts; with it one column a candidate, unseen ones scored from their text.
   */
  predict(queries: FeatureMatrix, candidates?: PromptCandidates): Float64Array;
  save(): StoredState;
}
