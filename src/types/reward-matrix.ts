/**
 * Success counts of every question (row) under every prompt (column). A pair never tried has 0 trials; partial
 * matrices are the normal case. Both arrays are row-major, `queries × prompts` long.
 */
export interface RewardMatrix {
  readonly queries: number;
  readonly prompts: number;
  /** Sum of the rewards, in [0, trials]. */
  readonly successes: Float64Array;
  /** Number of repeats, ≥ 0; need not be whole. */
  readonly trials: Float64Array;
  /**
   * How many pairs of its kind each tried pair stands for: the sum of its trials' inverse propensities, a share of the
   * repeats the question had. 0 for a pair never tried. Absent where all pairs were to be tried, or nothing is known.
   */
  readonly inversePropensity?: Float64Array;
}
