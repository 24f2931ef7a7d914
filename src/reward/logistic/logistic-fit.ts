import { minimize, multiplyTransposed, transpose } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import { PRIOR_QUESTIONS } from "../prompt-means.ts";
import type { DenseRows } from "./fitted-logistic.ts";
import { sigmoid, softplus } from "./sigmoid.ts";

/** Penalties on the weights all prompts share and on each prompt's own; both above 0. */
export interface LogisticPenalties {
  readonly common: number;
  readonly deviation: number;
}

/** logit P(right | x, π) = bias(π) + x · weights(π). */
export interface LogisticWeights {
  /** P long. */
  readonly biases: Float64Array;
  /** P × columns, row-major. */
  readonly weights: Float64Array;
  /** The minimizer itself, where the search for another pair of penalties may start. */
  readonly position: Float64Array;
}

/** The labels of some questions, prepared once for many fits. */
export interface LogisticProblem {
  readonly prompts: number;
  readonly columns: number;
  readonly rows: number;
  /** Rows × columns. */
  readonly features: Float64Array;
  /** Columns × rows. */
  readonly featuresTransposed: Float64Array;
  /** Rows × prompts: trials over the mean trials of the log. */
  readonly pairWeights: Float64Array;
  /** Rows × prompts: mean reward, 0 without trials. */
  readonly observed: Float64Array;
  /** Success over all pairs, shrunk: what biases are pulled to. */
  readonly pooled: number;
}

/**
 * @param rows indices of the questions to fit on
 * @param scale mean number of trials of a pair in the whole log
 */
export function logisticProblem(
  questions: DenseRows,
  rewards: RewardMatrix,
  rows: Int32Array,
  scale: number,
): LogisticProblem {
  const { columns } = questions;
  const { prompts } = rewards;
  const features = new Float64Array(rows.length * columns);
  const pairWeights = new Float64Array(rows.length * prompts);
  const observed = new Float64Array(rows.length * prompts);
  let successes = 0;
  let trials = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    features.set(questions.values.subarray(row * columns, (row + 1) * columns), i * columns);
    for (let prompt = 0; prompt < prompts; prompt++) {
      const count = rewards.trials[row * prompts + prompt]!;
      if (count === 0) continue;
      const success = rewards.successes[row * prompts + prompt]!;
      pairWeights[i * prompts + prompt] = count / scale;
      observed[i * prompts + prompt] = success / count;
      successes += success;
      trials += count;
    }
  }
  return {
    prompts,
    columns,
    rows: rows.length,
    features,
    featuresTransposed: transpose(features, rows.length, columns),
    pairWeights,
    observed,
    pooled: (successes + 1) / (trials + 2),
  };
}

/**
 * Minimizes Σ w · crossEntropy + common |u|² / 2 + deviation Σ |v(π)|² / 2 with weights(π) = u + v(π). Each bias is
 * pulled to the pooled success as if {@link PRIOR_QUESTIONS} questions without features had been seen at it, as the
 * means of other models are.
 * @param start where to begin; by default at zero weights
 */
export function fitLogistic(
  problem: LogisticProblem,
  penalties: LogisticPenalties,
  start?: Float64Array,
): LogisticWeights {
  const { prompts, columns } = problem;
  // In the searched coordinates u and v are scaled by the roots of their penalties, which rounds the valley.
  const scales = { common: 1 / Math.sqrt(penalties.common), deviation: 1 / Math.sqrt(penalties.deviation) };
  const size = prompts + (prompts + 1) * columns;
  const initial = new Float64Array(size);
  initial.fill(Math.log(problem.pooled / (1 - problem.pooled)), 0, prompts);
  const objective = crossEntropy(problem, scales);
  const { point } = minimize(objective, start ?? initial, { tolerance: TOLERANCE });
  return {
    biases: point.slice(0, prompts),
    weights: unpackWeights(point, prompts, columns, scales),
    position: point,
  };
}

/** Of the gradient's length at the start. Closer does not change which prompt is chosen. */
const TOLERANCE = 1e-4;

/** Roots of the inverse penalties. */
export interface LogisticScales {
  readonly common: number;
  readonly deviation: number;
}

/** The objective over [biases, u, v(0), …, v(P - 1)], u and v in scaled coordinates. */
export function crossEntropy(
  problem: LogisticProblem,
  scales: LogisticScales,
): (point: Float64Array, gradient: Float64Array) => number {
  const { prompts, columns, rows, features, featuresTransposed, pairWeights, observed, pooled } = problem;
  const logits = new Float64Array(rows * prompts);
  const residuals = new Float64Array(prompts * rows);
  const slopes = new Float64Array(columns * prompts);
  return (point, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let prompt = 0; prompt < prompts; prompt++) {
      const bias = point[prompt]!;
      value += PRIOR_QUESTIONS * (softplus(bias) - pooled * bias);
      gradient[prompt] = PRIOR_QUESTIONS * (sigmoid(bias) - pooled);
    }
    for (let k = prompts; k < point.length; k++) value += (point[k]! * point[k]!) / 2;
    multiplyTransposed(
      features,
      rows,
      unpackWeights(point, prompts, columns, scales),
      prompts,
      columns,
      logits,
    );
    for (let row = 0; row < rows; row++) {
      for (let prompt = 0; prompt < prompts; prompt++) {
        const entry = row * prompts + prompt;
        const weight = pairWeights[entry]!;
        if (weight === 0) continue;
        const logit = logits[entry]! + point[prompt]!;
        value += weight * (softplus(logit) - observed[entry]! * logit);
        const residual = weight * (sigmoid(logit) - observed[entry]!);
        residuals[prompt * rows + row] = residual;
        gradient[prompt]! += residual;
      }
    }
    multiplyTransposed(featuresTransposed, columns, residuals, prompts, rows, slopes);
    for (let column = 0; column < columns; column++) {
      const u = prompts + column;
      gradient[u] = point[u]!;
      for (let prompt = 0; prompt < prompts; prompt++) {
        const slope = slopes[column * prompts + prompt]!;
        const v = prompts + (prompt + 1) * columns + column;
        gradient[u]! += scales.common * slope;
        gradient[v] = point[v]! + scales.deviation * slope;
      }
    }
    return value;
  };
}

function unpackWeights(
  point: Float64Array,
  prompts: number,
  columns: number,
  scales: LogisticScales,
): Float64Array {
  const weights = new Float64Array(prompts * columns);
  for (let prompt = 0; prompt < prompts; prompt++) {
    for (let column = 0; column < columns; column++) {
      const common = point[prompts + column]!;
      const deviation = point[prompts + (prompt + 1) * columns + column]!;
      weights[prompt * columns + column] = scales.common * common + scales.deviation * deviation;
    }
  }
  return weights;
}
