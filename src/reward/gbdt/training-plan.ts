import type { Objective } from "./loss.ts";

/**
 * What a training run does, in this package's own words; `xgboostPlan` and `lightgbmPlan` translate the
 * libraries' parameters into it.
 */
export interface TrainingPlan {
  readonly objective: Objective;
  /** Number of trees, ≥ 1. */
  readonly rounds: number;
  /** Factor on every leaf, in (0, 1]. */
  readonly learningRate: number;
  /** Split all leaves of a level, or always the leaf that gains most. */
  readonly growth: "depthwise" | "leafwise";
  /** Most splits on a path; 0: no limit. */
  readonly maxDepth: number;
  /** Most leaves of a tree; 0: no limit. */
  readonly maxLeaves: number;
  /** λ: L2 penalty on leaf values, ≥ 0. */
  readonly lambda: number;
  /** Least gain of a split, ≥ 0. */
  readonly minSplitGain: number;
  /** Least sum of hessians in a leaf, ≥ 0. */
  readonly minChildWeight: number;
  /** Fraction of the pairs each tree sees, in (0, 1]. */
  readonly pairFraction: number;
  /** Fraction of the features each tree sees, in (0, 1]. */
  readonly featureFraction: number;
  /** Bins of a query feature, 2 … 256. */
  readonly maxBin: number;
  /** Success probability the first tree starts from; "mean": that of the training pairs. */
  readonly baseScore: number | "mean";
  /** Stop after so many rounds without a smaller validation loss, and cut back to the best; 0: never. */
  readonly earlyStoppingRounds: number;
  readonly seed: number;
}

/** XGBoost's `kRtEps`: a split must gain more than this. */
export const MIN_GAIN = 1e-6;
