import type { Interval } from "../types/index.ts";
import { type ClusterSums, clusterInfluences, meanOfSums } from "./cluster-sums.ts";
import { studentQuantile } from "./student-interval.ts";

/**
 * Clusters imagined beside those seen, one above and one below. With few values that differ at all, those of the other
 * kind have often just not been seen yet, and the variance seen is too small; as "plus four" does for proportions
 * (Agresti and Coull, The American Statistician 52, 1998), two more keep the interval from closing.
 */
const IMAGINED_CLUSTERS = 2;

/** What an interval of scores takes into account besides the scores. */
export interface ScoreIntervalOptions {
  /** How far one more answer may move a question's score: how many of its kind it stands for, c. */
  readonly unseen: number;
  /** What no mean can leave. */
  readonly bounds: Interval;
  /** Σ over clusters, in squared weight · score, of variance that the scores' own spread does not show. @default 0 */
  readonly furtherSquares?: number;
}

/** A mean of scores, how far it may be off, and its interval at 95 %. */
export interface ScoreInterval {
  readonly mean: number;
  /** Clustered, two imagined clusters and the further variance included; above 0. */
  readonly standardError: number;
  readonly interval: Interval;
}

/**
 * Mean ± Student's t times a clustered standard error that does not vanish where hardly any score differs from the
 * mean: for doubly robust scores, which may leave the bounds that hold for their mean. Degrees of freedom are those of
 * as many clusters as the weights are worth, (Σ w)² / Σ w² (Kish).
 * @param sums of at least one unit that counts
 */
export function scoreInterval(
  sums: ClusterSums,
  { unseen, bounds, furtherSquares = 0 }: ScoreIntervalOptions,
): ScoreInterval {
  const mean = meanOfSums(sums);
  let total = 0;
  let weightSquares = 0;
  let clusters = 0;
  for (const weight of sums.denominators) {
    total += weight;
    weightSquares += weight * weight;
    if (weight > 0) clusters++;
  }
  let squares = IMAGINED_CLUSTERS * unseen * unseen * (weightSquares / clusters) + furtherSquares;
  const smallSample = clusters > 1 ? clusters / (clusters - 1) : 1;
  for (const influence of clusterInfluences(sums)) squares += smallSample * influence * influence;
  const standardError = Math.sqrt(squares) / total;
  const margin = studentQuantile(Math.max(1, Math.floor(total ** 2 / weightSquares - 1))) * standardError;
  const [lower, upper] = bounds;
  return {
    mean,
    standardError,
    // A mean of scores may lie outside what the truth can be; its interval may not.
    interval: [
      Math.min(upper, Math.max(lower, mean - margin)),
      Math.max(lower, Math.min(upper, mean + margin)),
    ],
  };
}
