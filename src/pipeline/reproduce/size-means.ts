import { meanIntervals } from "../../evaluate/index.ts";
import type { ReproducedSize, ReproducedValue } from "../../report/index.ts";
import type { Interval, StrategyName } from "../../types/index.ts";
import { meanQuality, type PromptQuality } from "./prompt-quality.ts";
import type { PublishedResults } from "./published-results.ts";
import type { ChoiceRewards, UnseenTies } from "./reference-choices.ts";

/** What one subset's model achieved on the test units, all subsets on the same ones. */
export interface SubsetOutcome {
  readonly subset: readonly number[];
  readonly choices: readonly ChoiceRewards[];
  readonly seen: PromptQuality | null;
  readonly heldOut: PromptQuality | null;
  /** null where the choices do not follow the reference's ties. */
  readonly ties: UnseenTies | null;
}

/** The test units, by which uncertainty is counted. */
export interface TestClusters {
  /** One a unit, 1 for each. */
  readonly weights: Float64Array;
  /** Question group of each unit. */
  readonly clusters: Int32Array;
  readonly seed: number;
}

const NO_QUALITY = {
  accuracy: null,
  precision: null,
  recall: null,
  f1: null,
  precisionSubsets: 0,
  published: null,
} as const;
const SUCCESS_BOUNDS: Interval = [0, 1];
const UPLIFT_BOUNDS: Interval = [-1, 1];

/**
 * Means over all subsets of a size. A unit's reward is first averaged over the subsets, so that the interval is of the
 * figure shown, clustered by question group; it says nothing of how subsets differ.
 * @param outcomes of one size
 * @param published null where the experiment is not the reference's
 */
export function sizeMeans(
  outcomes: readonly SubsetOutcome[],
  units: TestClusters,
  published: PublishedResults | null,
): ReproducedSize {
  const size = outcomes[0]!.subset.length;
  const names = outcomes[0]!.choices.map(({ strategy }) => strategy);
  const columns = names.flatMap((name) => {
    const reward = meanOverSubsets(outcomes, name, (choice, unit) => choice.reward[unit]!);
    const uplift = meanOverSubsets(
      outcomes,
      name,
      (choice, unit) => choice.reward[unit]! - choice.fixedReward[unit]!,
    );
    return [
      { values: reward, bounds: SUCCESS_BOUNDS },
      { values: uplift, bounds: UPLIFT_BOUNDS },
    ];
  });
  const estimates = meanIntervals(columns, units.weights, units.clusters, { seed: units.seed });
  const strategies = names.map((strategy, index): ReproducedValue => {
    const success = estimates[2 * index]!;
    const uplift = estimates[2 * index + 1]!;
    const isFixed = outcomes.every(({ choices }) =>
      choices.some((choice) => choice.strategy === strategy && choice.alwaysFixed),
    );
    return {
      strategy,
      success: success?.mean ?? null,
      ci95: success?.interval ?? null,
      uplift: uplift?.mean ?? null,
      upliftCi95: isFixed && uplift !== null ? [0, 0] : (uplift?.interval ?? null),
      units: success?.units ?? 0,
      published: publishedValue(published, strategy, size, outcomes[0]!),
    };
  });
  const quality = published?.rewardModel.get(size);
  return {
    size,
    subsets: outcomes.length,
    strategies,
    seen:
      meanQuality(
        outcomes.map(({ seen }) => seen),
        quality?.seen ?? null,
      ) ?? NO_QUALITY,
    heldOut: meanQuality(
      outcomes.map(({ heldOut }) => heldOut),
      quality?.heldOut ?? null,
    ),
    unseenTies: meanTies(outcomes.map(({ ties }) => ties)),
  };
}

function meanTies(ties: readonly (UnseenTies | null)[]): ReproducedSize["unseenTies"] {
  const known = ties.filter((one) => one !== null);
  if (known.length === 0) return null;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const successes = known.map(({ successOfTraining }) => successOfTraining).filter((value) => value !== null);
  return {
    share: mean(known.map(({ share }) => share)),
    successOfTraining: successes.length === 0 ? null : mean(successes),
  };
}

/** NaN where the unit does not count with one of the subsets. */
function meanOverSubsets(
  outcomes: readonly SubsetOutcome[],
  name: StrategyName,
  read: (choice: ChoiceRewards, unit: number) => number,
): Float64Array {
  const sums = new Float64Array(outcomes[0]!.choices[0]!.reward.length);
  for (const { choices } of outcomes) {
    const choice = choices.find(({ strategy }) => strategy === name);
    for (let unit = 0; unit < sums.length; unit++)
      sums[unit]! += choice === undefined ? Number.NaN : read(choice, unit);
  }
  // A mean of fractions may leave its bounds by a rounding error.
  return sums.map((sum) => Math.min(1, Math.max(-1, sum / outcomes.length)));
}

/** The LLM's confidence was published for the choice among all six training prompts only. */
function publishedValue(
  published: PublishedResults | null,
  strategy: StrategyName,
  size: number,
  { subset }: SubsetOutcome,
): number | null {
  if (published === null) return null;
  const isWholeSet = subset.length === 6;
  if (strategy === "confidence") return isWholeSet ? published.confidence.training.averaged : null;
  if (strategy === "confidence-first") return isWholeSet ? published.confidence.training.first : null;
  return published.success[strategy]?.[size - 1] ?? null;
}
