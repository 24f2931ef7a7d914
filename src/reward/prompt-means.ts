import type { RewardMatrix } from "../types/index.ts";
import { meanTrials } from "./trial-patterns.ts";

/** Each prompt's mean success, shrunk where it has few labels, over the whole log and with each group left out. */
export interface PromptMeans {
  /** P long. In (0, 1). */
  readonly all: Float64Array;
  /** `groups × P`, row-major: the means without any label of that group. */
  readonly withoutGroup: Float64Array;
}

/** A prompt's mean is pulled to the mean of the whole log as if this many questions had been seen at that mean. */
export const PRIOR_QUESTIONS = 4;

/**
 * (successes + s · g) / (trials + s) with s = {@link PRIOR_QUESTIONS} × the mean number of trials a pair, and g the
 * pooled success of all prompts, (all successes + 1) / (all trials + 2). With a thousand questions this moves a mean by
 * less than .002; a prompt with a single label stays close to g.
 * @param groups of each question, 0-based
 */
export function promptMeans(rewards: RewardMatrix, groups: Int32Array): PromptMeans {
  const { queries, prompts } = rewards;
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const successes = new Float64Array(prompts);
  const trials = new Float64Array(prompts);
  const groupSuccesses = new Float64Array(groupCount * prompts);
  const groupTrials = new Float64Array(groupCount * prompts);
  for (let query = 0; query < queries; query++) {
    for (let prompt = 0; prompt < prompts; prompt++) {
      const entry = query * prompts + prompt;
      const place = groups[query]! * prompts + prompt;
      successes[prompt]! += rewards.successes[entry]!;
      trials[prompt]! += rewards.trials[entry]!;
      groupSuccesses[place]! += rewards.successes[entry]!;
      groupTrials[place]! += rewards.trials[entry]!;
    }
  }
  const strength = PRIOR_QUESTIONS * meanTrials(rewards);
  const all = new Float64Array(prompts);
  const withoutGroup = new Float64Array(groupCount * prompts);
  shrink(successes, trials, strength, all, 0);
  const otherSuccesses = new Float64Array(prompts);
  const otherTrials = new Float64Array(prompts);
  for (let group = 0; group < groupCount; group++) {
    for (let prompt = 0; prompt < prompts; prompt++) {
      const place = group * prompts + prompt;
      // Differences of sums may miss 0 by a rounding error.
      otherSuccesses[prompt] = Math.max(0, successes[prompt]! - groupSuccesses[place]!);
      otherTrials[prompt] = Math.max(0, trials[prompt]! - groupTrials[place]!);
    }
    shrink(otherSuccesses, otherTrials, strength, withoutGroup, group * prompts);
  }
  return { all, withoutGroup };
}

function shrink(
  successes: Float64Array,
  trials: Float64Array,
  strength: number,
  target: Float64Array,
  offset: number,
): void {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const pooled = (sum(successes) + 1) / (sum(trials) + 2);
  for (let prompt = 0; prompt < successes.length; prompt++) {
    target[offset + prompt] = (successes[prompt]! + strength * pooled) / (trials[prompt]! + strength);
  }
}
