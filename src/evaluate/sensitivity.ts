import type { RewardMatrix } from "../types/index.ts";
import { computeCorrection, meanReward, type Policy, toProbabilities } from "./doubly-robust.ts";

/** What an estimate of a gain rests on; as for `policyGain`. */
export interface SensitivityInput {
  readonly rewards: RewardMatrix;
  readonly predicted: Float64Array;
  readonly chosen: Policy;
  readonly fixed: Policy;
  readonly weights: Float64Array;
  /**
   * The gain is undone where it is no longer above this: 0, or some standard errors to undo a verdict that wants them.
   * @default 0
   */
  readonly above?: number;
}

/** How strong hidden selection must be to undo a gain. */
export interface Sensitivity {
  /** The gain by self-normalized doubly robust scores, under no hidden selection. */
  readonly gain: number;
  /**
   * The smallest Γ ≥ 1 such that, if each answer had been up to Γ times more or less likely to be logged than assumed,
   * the gain could be undone; 1 where there is none to begin with, null where not even a factor of 100 undoes it.
   */
  readonly factor: number | null;
}

/** No log's selection is known to within less; larger factors tell no more. */
const LARGEST_FACTOR = 100;
const HALVINGS = 40;

/** Observed answers of one side of the comparison, by ascending residual. */
interface Arm {
  /** Residuals r̄ − q̂. */
  readonly residuals: Float64Array;
  /** What each stands for: weight · probability moved · c. */
  readonly worth: Float64Array;
  /** Σ weight · probability moved over all units, observed or not. */
  readonly total: number;
}

/**
 * A bound in the manner of the marginal sensitivity model (Tan, Journal of the American Statistical Association 101,
 * 2006; Zhao, Small and Bhattacharya, Journal of the Royal Statistical Society B 81, 2019): inverse propensities lie
 * within [c / Γ, c Γ] of those assumed, and whatever decided the rest knew each answer's reward. The worst weights of
 * each side of the comparison, normalized to sum to what they must, are c Γ on one side of a threshold of the residuals
 * and c / Γ on the other. For logs that were never randomized: an unmeasured reason must be that strong, and as closely
 * tied to success, to explain the gain away.
 * @returns null where no unit moved has an answer on either side, or no unit counts
 * @throws ShapeError where sizes disagree
 */
export function selectionToUndo(input: SensitivityInput): Sensitivity | null {
  const { rewards, predicted, weights, above = 0 } = input;
  const { queries, prompts } = rewards;
  const there = toProbabilities(input.chosen, queries, prompts);
  const here = toProbabilities(input.fixed, queries, prompts);
  const sides = [1, -1].map(() => ({ cells: [] as number[], total: 0 }));
  let total = 0;
  let predictedGain = 0;
  for (let unit = 0; unit < queries; unit++) {
    const isCounted = !Number.isNaN(there[unit * prompts]! + here[unit * prompts]!);
    const tells =
      rewards.inversePropensity === undefined || !Number.isNaN(computeCorrection(rewards, unit * prompts));
    if (weights[unit] === 0 || !isCounted || !tells) continue;
    total += weights[unit]!;
    for (let cell = unit * prompts; cell < (unit + 1) * prompts; cell++) {
      const moved = there[cell]! - here[cell]!;
      if (moved === 0) continue;
      const side = sides[moved > 0 ? 0 : 1]!;
      side.total += weights[unit]! * Math.abs(moved);
      predictedGain += weights[unit]! * moved * computeBase(rewards, predicted, cell);
      if (computeCorrection(rewards, cell) > 0) side.cells.push(cell);
    }
  }
  if (sides.some(({ cells }) => cells.length === 0)) return null;
  const [gaining, losing] = sides.map(({ cells, total: ofSide }) => {
    const computeResidual = (cell: number): number =>
      meanReward(rewards, cell) - computeBase(rewards, predicted, cell);
    const order = cells.sort((a, b) => computeResidual(a) - computeResidual(b));
    return {
      residuals: Float64Array.from(order, computeResidual),
      worth: Float64Array.from(
        order,
        (cell) =>
          weights[Math.floor(cell / prompts)]! *
          Math.abs(there[cell]! - here[cell]!) *
          computeCorrection(rewards, cell),
      ),
      total: ofSide,
    };
  }) as [Arm, Arm];
  const mirrored: Arm = {
    residuals: losing.residuals.map((residual) => -residual).reverse(),
    worth: losing.worth.toReversed(),
    total: losing.total,
  };
  const worst = (factor: number): number =>
    (predictedGain +
      gaining.total * leastMean(gaining, factor) +
      losing.total * leastMean(mirrored, factor)) /
    total;
  const gain = worst(1);
  if (gain <= above) return { gain, factor: 1 };
  if (worst(LARGEST_FACTOR) > above) return { gain, factor: null };
  let low = 0;
  let high = Math.log(LARGEST_FACTOR);
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (worst(Math.exp(middle)) > above) low = middle;
    else high = middle;
  }
  return { gain, factor: Math.exp(high) };
}

/** The prediction, or, where the pair stands for itself alone and needs none, what was seen. */
function computeBase(rewards: RewardMatrix, predicted: Float64Array, cell: number): number {
  return computeCorrection(rewards, cell) === 1 ? meanReward(rewards, cell) : predicted[cell]!;
}

/** Least weighted mean of ascending residuals whose weights lie within a factor of their worth. */
function leastMean({ residuals, worth }: Arm, factor: number): number {
  let weight = 0;
  let sum = 0;
  for (let k = 0; k < worth.length; k++) {
    weight += worth[k]! / factor;
    sum += (worth[k]! / factor) * residuals[k]!;
  }
  // From the lowest residual on, weights go up as long as that lowers the mean.
  let least = sum / weight;
  const more = factor - 1 / factor;
  for (let k = 0; k < worth.length && residuals[k]! < least; k++) {
    weight += worth[k]! * more;
    sum += worth[k]! * more * residuals[k]!;
    least = sum / weight;
  }
  return least;
}
