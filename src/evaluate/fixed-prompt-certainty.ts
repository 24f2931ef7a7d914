import type { Interval, RewardMatrix } from "../types/index.ts";
import { bestFixedPrompt, comparedRewards } from "./best-fixed-prompt.ts";
import { clusterPlaces, sumByCluster } from "./cluster-sums.ts";
import { meanIntervals } from "./mean-interval.ts";
import { type BootstrapOptions, resampleMeans } from "./resample-means.ts";

/** How one prompt fares as the fixed choice. */
export interface PromptCertainty {
  /** Mean success; null for a prompt without labels on the questions used. */
  readonly mean: number | null;
  readonly ci95: Interval | null;
  /** Share of resamples in which it has the highest mean, ties shared. */
  readonly probabilityBest: number;
  /** Mean over resamples of the highest mean minus this prompt's: what choosing it may cost. 1, the most, without labels. */
  readonly expectedRegret: number;
  /** Questions its mean is taken over. */
  readonly questions: number;
}

/** How sure a log makes us which fixed prompt is best. */
export interface FixedPromptCertainty {
  /** The prompt with the highest mean; ties to the lowest column. */
  readonly column: number;
  readonly probabilityBest: number;
  /** Expected loss against the truly best fixed prompt, as a fraction of questions. */
  readonly expectedRegret: number;
  readonly perPrompt: readonly PromptCertainty[];
  /** Whether all means are over the same questions, so that no prompt profits from having been tried on easy ones. */
  readonly paired: boolean;
}

/**
 * Bootstraps, by question group, which prompt has the highest success. In a partial matrix the prompts are compared
 * on the questions labeled under every one of them if that is at least half of the questions with any label;
 * otherwise each on its own questions, which is only fair if prompts were assigned to questions without regard to
 * difficulty. A prompt labeled on fewer than 30 questions (or than the most any prompt has) is not named best. Where
 * the log has propensities, means and intervals are by inverse propensity, the rest as in {@link bestFixedPrompt}.
 *
 * @param weights one a question, ≥ 0
 * @param clusters question group of each question
 * @throws ShapeError where sizes disagree or nothing is labeled
 */
export function fixedPromptCertainty(
  rewards: RewardMatrix,
  weights: Float64Array,
  clusters: Int32Array,
  options: BootstrapOptions,
): FixedPromptCertainty {
  const { columns, columnWeights, paired } = comparedRewards(rewards, weights);
  const places = clusterPlaces(clusters);
  const sums = columns.map((values) => sumByCluster(values, weights, places));
  const { column, eligible } = bestFixedPrompt(rewards, weights);
  const { best, regret } = compareResamples(resampleMeans(sums, places.count, options), eligible);
  const estimates = meanIntervals(
    columns.map((values, column) => ({
      values,
      weights: columnWeights[column]!,
      bounds: [0, 1] as const,
    })),
    weights,
    clusters,
    options,
  );
  const perPrompt = sums.map((sum, column): PromptCertainty => {
    const estimate = estimates[column]!;
    return {
      mean: estimate === null ? null : estimate.mean,
      ci95: estimate === null ? null : estimate.interval,
      probabilityBest: best[column]!,
      expectedRegret: estimate === null ? 1 : regret[column]!,
      questions: sum.units,
    };
  });
  return {
    column,
    probabilityBest: perPrompt[column]!.probabilityBest,
    expectedRegret: perPrompt[column]!.expectedRegret,
    perPrompt,
    paired,
  };
}

/** Over the resamples: how often each eligible prompt is best, and how far every prompt is from the best. */
function compareResamples(
  resampled: readonly Float64Array[],
  eligible: readonly boolean[],
): { best: Float64Array; regret: Float64Array } {
  const prompts = resampled.length;
  const best = new Float64Array(prompts);
  const regret = new Float64Array(prompts);
  const counted = new Float64Array(prompts);
  let resamples = 0;
  for (let resample = 0; resample < resampled[0]!.length; resample++) {
    let highest = Number.NEGATIVE_INFINITY;
    let tied = 0;
    for (let prompt = 0; prompt < prompts; prompt++) {
      const mean = resampled[prompt]![resample]!;
      if (!eligible[prompt] || Number.isNaN(mean)) continue;
      if (mean > highest) {
        highest = mean;
        tied = 1;
      } else if (mean === highest) tied++;
    }
    if (tied === 0) continue;
    resamples++;
    for (let prompt = 0; prompt < prompts; prompt++) {
      const mean = resampled[prompt]![resample]!;
      if (Number.isNaN(mean)) continue;
      regret[prompt] = regret[prompt]! + (highest - mean);
      counted[prompt] = counted[prompt]! + 1;
      if (eligible[prompt] && mean === highest) best[prompt] = best[prompt]! + 1 / tied;
    }
  }
  return {
    best: best.map((count) => count / resamples),
    regret: regret.map((sum, prompt) => sum / counted[prompt]!),
  };
}
