/**
 * Success counts of every question (row) under every prompt (column). A pair never tried has 0 trials; partial
 * matrices are the normal case. All arrays are row-major, `queries × prompts` long.
 */
export interface RewardMatrix {
  readonly queries: number;
  readonly prompts: number;
  /** Sum of the rewards, in [0, trials]. */
  readonly successes: Float64Array;
  /** Number of repeats, ≥ 0; need not be whole. */
  readonly trials: Float64Array;
  /**
   * How many pairs of its kind each tried pair stands for, so that over all that might have been observed its mean is 1
   * for every pair. In a grid, where a pair is observed or not, 1 / p with p the probability of that. Where answers are
   * drawn, m times for a question, (1/m) Σ 1/e over the pair's draws with e the probability of each. 0 for a pair never
   * tried, NaN for all of a question that was never asked. Absent where all pairs were to be tried (1 for each), or nothing is known.
   */
  readonly inversePropensity?: Float64Array;
  /**
   * Mean reward of each pair, its draws weighted by 1/e; 0 for a pair never tried. Absent where the plain mean,
   * successes / trials, is the same: where the draws of a pair had one probability.
   */
  readonly weightedMeans?: Float64Array;
  /** `queries` long: how often something was drawn for each question; absent where the log has no propensities. */
  readonly draws?: Float64Array;
}
