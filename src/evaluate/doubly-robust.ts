import { ShapeError } from "../errors.ts";
import type { RewardMatrix } from "../types/index.ts";

/**
 * What a policy does: one column for every unit; a column a unit, -1 where the unit does not count; or units × prompts
 * probabilities, each row summing to 1.
 */
export type Policy = number | Int32Array | Float64Array;

/**
 * What each unit tells of a policy's success, doubly robust (augmented inverse propensity; Robins, Rotnitzky and Zhao,
 * Journal of the American Statistical Association 89, 1994; for policies Dudík, Langford and Li, ICML 2011):
 * q̂(x, π) + c(x, π) (r̄(x, π) − q̂(x, π)), c the matrix's inverse propensities. Their mean has the policy's success as
 * its expectation whatever was predicted, as long as predictions and policy did not see the unit; the better the
 * predictions, the smaller its error. Where c is 1, as everywhere in a complete log, the score is the mean reward
 * itself, and no prediction is needed. Scores lie in 1 − c … c, not in 0 … 1.
 * @param predicted units × prompts: predicted rewards without any label of the unit's group
 * @returns one a unit; NaN where the policy's column is -1, or the unit tells nothing ({@link computeCorrection})
 * @throws ShapeError where sizes disagree, or a prediction that is needed is not finite
 */
export function doublyRobustScores(
  rewards: RewardMatrix,
  predicted: Float64Array,
  policy: Policy,
): Float64Array {
  return sumOverPolicy(rewards, policy, pairScore(rewards, predicted));
}

/**
 * What each unit tells of how much more one policy succeeds than another: the difference of their
 * {@link doublyRobustScores}, exactly 0 where they do the same. In a complete log, the paired difference of rewards.
 * @throws ShapeError as there
 */
export function doublyRobustDifferences(
  rewards: RewardMatrix,
  predicted: Float64Array,
  chosen: Policy,
  fixed: Policy,
): Float64Array {
  const { queries, prompts } = rewards;
  const difference = toProbabilities(chosen, queries, prompts);
  toProbabilities(fixed, queries, prompts).forEach((probability, cell) => {
    difference[cell]! -= probability;
  });
  return sumOverPolicy(rewards, difference, pairScore(rewards, predicted));
}

/**
 * The {@link doublyRobustScores} of every prompt put to every unit, units × prompts: what many policies are compared by.
 * NaN where a pair tells nothing, or its prediction is NaN and needed.
 * @throws ShapeError where sizes disagree
 */
export function doublyRobustTable(rewards: RewardMatrix, predicted: Float64Array): Float64Array {
  const { inversePropensity } = rewards;
  const scorePair = pairScore(rewards, predicted);
  return predicted.map((q, cell) => {
    const c = inversePropensity?.[cell];
    return c !== undefined && c !== 1 && Number.isNaN(q) ? Number.NaN : scorePair(cell);
  });
}

/** A policy's success by inverse propensities alone, for comparison: it needs no prediction, and errs by more. */
export interface InversePropensityEstimate {
  /** Σ w c r̄ / Σ w: unbiased, and may leave [0, 1]. NaN where no unit counts. */
  readonly plain: number;
  /** Σ w c r̄ / Σ w c: self-normalized (Hájek), within [0, 1]. NaN where the policy's choices were never observed. */
  readonly selfNormalized: number;
}

/**
 * @param weights one a unit, ≥ 0
 * @throws ShapeError where sizes disagree
 */
export function inversePropensityEstimate(
  rewards: RewardMatrix,
  policy: Policy,
  weights: Float64Array,
): InversePropensityEstimate {
  const correction = (cell: number): number => computeCorrection(rewards, cell);
  const observed = sumOverPolicy(rewards, policy, (cell) => {
    const c = correction(cell);
    return c === 0 ? 0 : c * meanReward(rewards, cell);
  });
  const corrections = sumOverPolicy(rewards, policy, correction);
  let reward = 0;
  let correctionSum = 0;
  let total = 0;
  for (let unit = 0; unit < weights.length; unit++) {
    if (Number.isNaN(observed[unit]!) || weights[unit] === 0) continue;
    reward += weights[unit]! * observed[unit]!;
    correctionSum += weights[unit]! * corrections[unit]!;
    total += weights[unit]!;
  }
  return { plain: reward / total, selfNormalized: reward / correctionSum };
}

/** Mean reward of a pair with trials, its draws weighted as they must be. */
export function meanReward({ successes, trials, weightedMeans }: RewardMatrix, cell: number): number {
  return weightedMeans?.[cell] ?? successes[cell]! / trials[cell]!;
}

/**
 * How many pairs of its kind a pair stands for; 0 where it was not observed but might have been, NaN where its unit tells
 * nothing: it was never asked, or a log without inverse propensities lacks the label.
 */
export function computeCorrection({ trials, inversePropensity }: RewardMatrix, cell: number): number {
  return inversePropensity?.[cell] ?? (trials[cell]! > 0 ? 1 : Number.NaN);
}

/** Σ c² / Σ c over the pairs observed: how many of its kind one more answer would stand for; 1 in a complete log. */
export function meanCorrection(rewards: RewardMatrix): number {
  let count = 0;
  let sum = 0;
  for (let cell = 0; cell < rewards.trials.length; cell++) {
    const correction = computeCorrection(rewards, cell);
    if (!(correction > 0)) continue;
    count += correction;
    sum += correction ** 2;
  }
  return count === 0 ? 1 : sum / count;
}

/**
 * Units × prompts probabilities of a policy; NaN throughout the row of a unit that does not count.
 * @throws ShapeError where its length fits neither, or a column does not exist
 */
export function toProbabilities(policy: Policy, units: number, prompts: number): Float64Array {
  if (policy instanceof Float64Array) {
    if (policy.length !== units * prompts)
      throw new ShapeError(
        `a policy's probabilities must be ${units} × ${prompts} = ${units * prompts} long, found ${policy.length}`,
      );
    return policy.slice();
  }
  if (typeof policy !== "number" && policy.length !== units)
    throw new ShapeError(`a policy must name a column for each of ${units} units, found ${policy.length}`);
  const probabilities = new Float64Array(units * prompts);
  for (let unit = 0; unit < units; unit++) {
    const column = typeof policy === "number" ? policy : policy[unit]!;
    if (!(Number.isInteger(column) && column >= -1 && column < prompts))
      throw new ShapeError(
        `column ${column} of unit ${unit} does not exist: there are ${prompts} prompts, and -1 for none`,
      );
    if (column === -1) probabilities.fill(Number.NaN, unit * prompts, (unit + 1) * prompts);
    else probabilities[unit * prompts + column] = 1;
  }
  return probabilities;
}

function pairScore(rewards: RewardMatrix, predicted: Float64Array): (cell: number) => number {
  const { queries, prompts } = rewards;
  if (predicted.length !== queries * prompts)
    throw new ShapeError(
      `predicted rewards must be ${queries} × ${prompts} = ${queries * prompts} long, found ${predicted.length}`,
    );
  return (cell) => {
    const c = computeCorrection(rewards, cell);
    if (c === 1) return meanReward(rewards, cell);
    if (Number.isNaN(c)) return Number.NaN;
    const q = predicted[cell]!;
    if (!Number.isFinite(q))
      throw new ShapeError(
        `unit ${Math.floor(cell / prompts)} needs a predicted reward under column ${cell % prompts}, since the log has not all answers, and found ${q}: predict every pair a policy may choose`,
      );
    return c === 0 ? q : q + c * (meanReward(rewards, cell) - q);
  };
}

/**
 * Σ probability · value over each unit's columns; columns without probability are not asked for a value. A question that
 * was never asked does not count even where two policies do the same: else those would weigh more than others.
 */
function sumOverPolicy(
  { queries, prompts, inversePropensity }: RewardMatrix,
  policy: Policy,
  scorePair: (cell: number) => number,
): Float64Array {
  const probabilities = toProbabilities(policy, queries, prompts);
  const sums = new Float64Array(queries);
  for (let cell = 0; cell < probabilities.length; cell++) {
    const probability =
      inversePropensity !== undefined && Number.isNaN(inversePropensity[cell]!)
        ? Number.NaN
        : probabilities[cell]!;
    if (probability === 0) continue;
    sums[Math.floor(cell / prompts)]! += Number.isNaN(probability)
      ? Number.NaN
      : probability * scorePair(cell);
  }
  return sums;
}
