import { type CosineIndex, nearest, type UnitRows } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import { meanTrials, type TrialPattern, trialPatterns } from "../trial-patterns.ts";

/** How many neighbours are asked, and how many questions at the prompt's mean their votes are weighed against. */
export interface NeighbourRule {
  readonly neighbours: number;
  readonly priorQuestions: number;
}

/** The labelled questions neighbours are sought among. */
export interface NeighbourLog {
  readonly index: CosineIndex;
  readonly rewards: RewardMatrix;
  readonly patterns: readonly TrialPattern[];
  /** Mean number of trials of a pair: the trials that make one question. */
  readonly scale: number;
}

export function neighbourLog(index: CosineIndex, rewards: RewardMatrix): NeighbourLog {
  return { index, rewards, patterns: trialPatterns(rewards), scale: meanTrials(rewards) };
}

/**
 * Predicts one question by several rules at once: (successes of the nearest + s · mean) / (trials of the nearest + s),
 * s in trials, over the nearest questions labelled under the prompt.
 * @param similarities cosines with all questions of the log
 * @param means P long, each prompt's mean
 * @param isExcluded questions never asked
 * @param targets one a rule; P entries are written at `offset`
 */
export function voteOfNeighbours(
  log: NeighbourLog,
  similarities: Float64Array,
  means: Float64Array,
  rules: readonly NeighbourRule[],
  isExcluded: (row: number) => boolean,
  targets: readonly Float64Array[],
  offset: number,
): void {
  const { rewards, patterns, scale } = log;
  const { prompts } = rewards;
  const most = rules.reduce((count, rule) => Math.max(count, rule.neighbours), 1);
  for (const pattern of patterns) {
    const found = nearest(similarities, pattern.labelled, most, isExcluded);
    for (const prompt of pattern.prompts) {
      rules.forEach(({ neighbours, priorQuestions }, rule) => {
        let successes = priorQuestions * scale * means[prompt]!;
        let trials = priorQuestions * scale;
        for (let k = 0; k < Math.min(neighbours, found.length); k++) {
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
