import { assignGroupFolds } from "../data/index.ts";
import { ShapeError } from "../errors.ts";
import { minimize } from "../kernels/index.ts";
import type { FeatureMatrix, RewardMatrix } from "../types/index.ts";

/** What propensities are estimated from. */
export interface PropensityModelInput {
  /** One row a unit, of length about 1 (as embedders give them). */
  readonly features: FeatureMatrix;
  /** Group of each unit: its own group never has a say in a unit's propensities. */
  readonly groups: Int32Array;
  readonly seed: number;
  /**
   * Propensities below this are raised to it: no answer stands for more than 1 / clip others of its kind. Such pairs
   * count as not supported.
   * @default 0.02
   */
  readonly clip?: number;
}

/** Units × prompts. */
export interface EstimatedPropensities {
  /** Probability that an answer to the unit comes from the prompt, in [clip, 1]. */
  readonly probabilities: Float64Array;
  /** 0 where the probability was below the clip. */
  readonly supported: Uint8Array;
  /** The penalty chosen; infinite where the question tells nothing of the prompt. */
  readonly penalty: number;
}

const FOLDS = 5;
const DEFAULT_CLIP = 0.02;
/** Of the squared weights. Infinity leaves each prompt its rate. */
const PENALTIES: readonly number[] = [0.3, 1, 3, 10, 30, Number.POSITIVE_INFINITY];
/** Answers of every prompt that each fold's rates begin with, so that none is 0. */
const PRIOR_ANSWERS = 0.5;

/**
 * Multinomial logistic regression of the prompt on the question, cross-fitted over five folds of groups, its penalty
 * the one that makes the answers left out most likely.
 * @throws ShapeError where sizes disagree
 * @throws UsageError with fewer than five groups
 */
export function estimatePropensities(
  rewards: RewardMatrix,
  { features, groups, seed, clip = DEFAULT_CLIP }: PropensityModelInput,
): EstimatedPropensities {
  const { queries, trials } = rewards;
  if (features.rows !== queries || groups.length !== queries)
    throw new ShapeError(
      `a propensity model needs features and a group for each of ${queries} units, found ${features.rows} and ${groups.length}`,
    );
  const folds = assignGroupFolds(groups, FOLDS, seed);
  let best: { probabilities: Float64Array; penalty: number } | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const penalty of PENALTIES) {
    const probabilities = new Float64Array(trials.length);
    for (let fold = 0; fold < FOLDS; fold++)
      predictFold(rewards, features, folds, fold, penalty, probabilities);
    let likelihood = 0;
    trials.forEach((count, cell) => {
      if (count > 0) likelihood += count * Math.log(Math.max(Number.MIN_VALUE, probabilities[cell]!));
    });
    if (likelihood <= highest) continue;
    highest = likelihood;
    best = { probabilities, penalty };
  }
  const { probabilities, penalty } = best!;
  return {
    probabilities: probabilities.map((probability) => Math.max(clip, probability)),
    supported: Uint8Array.from(probabilities, (probability) => Number(probability >= clip)),
    penalty,
  };
}

/** Fits on the other folds and fills in the fold's probabilities. */
function predictFold(
  rewards: RewardMatrix,
  features: FeatureMatrix,
  folds: Int32Array,
  fold: number,
  penalty: number,
  probabilities: Float64Array,
): void {
  const { queries, prompts, trials } = rewards;
  const training: number[] = [];
  const rates = new Float64Array(prompts).fill(PRIOR_ANSWERS);
  for (let unit = 0; unit < queries; unit++) {
    if (folds[unit] === fold) continue;
    training.push(unit);
    for (let column = 0; column < prompts; column++) rates[column]! += trials[unit * prompts + column]!;
  }
  const start = new Float64Array(prompts * (features.columns + 1));
  start.set(rates.map(Math.log));
  const { point } =
    penalty === Number.POSITIVE_INFINITY
      ? { point: start }
      : minimize(negativeLogLikelihood(rewards, features, training, penalty), start, { tolerance: 1e-4 });
  for (let unit = 0; unit < queries; unit++)
    if (folds[unit] === fold)
      probabilities.set(softmax(computeLogits(features, unit, point, prompts)), unit * prompts);
}

/** Over [biases, weights by feature then prompt]; −Σ trials · log e + penalty |weights|² / 2. */
function negativeLogLikelihood(
  { prompts, trials }: RewardMatrix,
  features: FeatureMatrix,
  units: readonly number[],
  penalty: number,
): (point: Float64Array, gradient: Float64Array) => number {
  return (point, gradient) => {
    let value = 0;
    gradient.fill(0);
    for (let k = prompts; k < point.length; k++) {
      value += (penalty * point[k]! ** 2) / 2;
      gradient[k] = penalty * point[k]!;
    }
    const residuals = new Float64Array(prompts);
    for (const unit of units) {
      const chances = softmax(computeLogits(features, unit, point, prompts));
      let draws = 0;
      for (let column = 0; column < prompts; column++) draws += trials[unit * prompts + column]!;
      if (draws === 0) continue;
      for (let column = 0; column < prompts; column++) {
        const count = trials[unit * prompts + column]!;
        if (count > 0) value -= count * Math.log(Math.max(Number.MIN_VALUE, chances[column]!));
        residuals[column] = draws * chances[column]! - count;
        gradient[column]! += residuals[column]!;
      }
      forEachFeature(features, unit, (feature, entry) => {
        const place = prompts * (feature + 1);
        for (let column = 0; column < prompts; column++)
          gradient[place + column]! += entry * residuals[column]!;
      });
    }
    return value;
  };
}

function computeLogits(
  features: FeatureMatrix,
  unit: number,
  point: Float64Array,
  prompts: number,
): Float64Array {
  const logits = point.slice(0, prompts);
  forEachFeature(features, unit, (feature, entry) => {
    const place = prompts * (feature + 1);
    for (let column = 0; column < prompts; column++) logits[column]! += entry * point[place + column]!;
  });
  return logits;
}

function forEachFeature(
  features: FeatureMatrix,
  row: number,
  visit: (feature: number, value: number) => void,
): void {
  if (features.kind === "dense") {
    for (let column = 0; column < features.columns; column++)
      visit(column, features.values[row * features.columns + column]!);
    return;
  }
  for (let entry = features.rowStart[row]!; entry < features.rowStart[row + 1]!; entry++)
    visit(features.columnIndex[entry]!, features.values[entry]!);
}

function softmax(logits: Float64Array): Float64Array {
  const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const odds = logits.map((logit) => Math.exp(logit - highest));
  const total = odds.reduce((sum, odd) => sum + odd, 0);
  return odds.map((odd) => odd / total);
}
