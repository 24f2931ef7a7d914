import type {
  EmbeddedQueries,
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
  readonly queries: EmbeddedQueries;
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

/** One way of predicting that a fit compared: what it would have said of the training questions had it not seen them. */
export interface RewardModelCandidate {
  /**
   * Q × P, row-major: each question predicted without any label of its group, on the scale of rewards but not clipped
   * to it; NaN throughout a row that was not compared.
   */
  readonly outOfFold: Float64Array;
  readonly hyperparameters: { readonly [name: string]: JsonValue };
}

/** What a fit found. Which candidates are used is decided outside, by what a choice gains with them. */
export interface RewardModelFit {
  /** At least one. */
  readonly candidates: readonly RewardModelCandidate[];
  /**
   * The model that predicts the mean of the chosen candidates' predictions.
   * @param chosen positions in `candidates`, at least one
   */
  assemble(chosen: readonly number[]): Promise<FittedRewardModel>;
}

/** The fit of a model that compares nothing, or chooses by itself. */
export function singleFit(model: FittedRewardModel, candidate: RewardModelCandidate): RewardModelFit {
  return { candidates: [candidate], assemble: async () => model };
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
  predict(queries: EmbeddedQueries, candidates?: PromptCandidates): Float64Array;
  save(): StoredState;
}
