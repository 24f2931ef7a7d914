import { type CosineIndex, nearest, type UnitRows } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import { meanTrials, type TrialPattern, trialPatterns } from "../trial-patterns.ts";

/** How many neighbors are asked, and how many questions at the prompt's mean their votes are weighed against. */
export interface NeighborRule {
  readonly neighbors: number;
  readonly priorQuestions: number;
}

/** The labeled questions neighbors are sought among. */
export interface NeighborLog {
  readonly index: CosineIndex;
  readonly rewards: RewardMatrix;
  readonly patterns: readonly TrialPattern[];
  /** Mean number of trials of a pair: the trials that make one question. */
  readonly scale: number;
}

export function neighborLog(index: CosineIndex, rewards: RewardMatrix): NeighborLog {
  return { index, rewards, patterns: trialPatterns(rewards), scale: meanTrials(rewards) };
}

/**
 * Predicts one question by several rules at once: (successes of the nearest + s · mean) / (trials of the nearest + s),
 * s in trials, over the nearest questions labeled under the prompt.
 * @param similarities cosines with all questions of the log
 * @param means P long, each prompt's mean
 * @param isExcluded questions never asked
 * @param targets one a rule; P entries are written at `offset`
 */
export function voteOfNeighbors(
  log: NeighborLog,
  similarities: Float64Array,
  means: Float64Array,
  rules: readonly NeighborRule[],
  isExcluded: (row: number) => boolean,
  targets: readonly Float64Array[],
  offset: number,
): void {
  const { rewards, patterns, scale } = log;
  const { prompts } = rewards;
  const most = rules.reduce((count, rule) => Math.max(count, rule.neighbors), 1);
  for (const pattern of patterns) {
    const found = nearest(similarities, pattern.labeled, most, isExcluded);
    for (const prompt of pattern.prompts) {
      rules.forEach(({ neighbors, priorQuestions }, rule) => {
        let successes = priorQuestions * scale * means[prompt]!;
        let trials = priorQuestions * scale;
        for (let k = 0; k < Math.min(neighbors, found.length); k++) {
          successes += rewards.successes[found[k]! * prompts + prompt]!;
          trials += rewards.trials[found[k]! * prompts + prompt]!;
        }
        targets[rule]![offset + prompt] = Math.min(1, successes / trials);
      });
    }
  }
}

/** Calls back with the cosines of each query in turn; the array is reused. */
export function forEachQuery(
  index: CosineIndex,
  queries: UnitRows,
  use: (query: number, similarities: Float64Array) => void,
): void {
  const similarities = new Float64Array(index.anchors);
  for (let query = 0; query < queries.rows; query++) {
    index.cosines(queries, query, query + 1, similarities);
    use(query, similarities);
  }
}
