import { LARGEST_EXPONENT, LN2_HIGH, LN2_LOW, P1, P2, P3, P4, P5 } from "./exponential.ts";
import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_GRID,
  CONTEXT_MARGINS,
  CONTEXT_OBJECTIVE,
  CONTEXT_PAIRS,
  CONTEXT_PROMPTS,
  CONTEXT_QUERIES,
  CONTEXT_SUCCESSES,
  CONTEXT_TRIALS,
  OBJECTIVE_LOGISTIC,
} from "./layout.ts";

/** 2^k for k = -1022 … 1023. */
const POWERS = Float64Array.from({ length: 2046 }, (_, index) => 2 ** (index - 1022));

/**
 * exp(x) to within one unit in the last place, by additions, multiplications and divisions alone: every machine and
 * both kernels give the same bits (fdlibm's e_exp.c, Sun Microsystems 1993).
 */
function exponential(x: number): number {
  const clipped = Math.min(Math.max(x, -LARGEST_EXPONENT), LARGEST_EXPONENT);
  const power = Math.floor(clipped * Math.LOG2E + 0.5);
  const high = clipped - power * LN2_HIGH;
  const low = power * LN2_LOW;
  const rest = high - low;
  const square = rest * rest;
  const c = rest - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
  return (1 - (low - (rest * c) / (2 - c) - high)) * POWERS[power + 1022]!;
}

/** 1 / (1 + exp(-margin)). */
export function sigmoid(margin: number): number {
  return 1 / (1 + exponential(-margin));
}

/**
 * First and second derivatives of the loss by the margins, rounded to multiples of `grid`. A pair counts as often as
 * it was tried; for logistic loss g = n·p - s and h = n·p·(1 - p), for squared error g = n·m - s and h = n.
 * @param pairs (g, h) of each pair; 0 for pairs without trials, h > 0 for all others
 */
export function fillGradients(
  objective: number,
  margins: Float64Array,
  successes: Float64Array,
  trials: Float64Array,
  grid: number,
  pairs: Float64Array,
): void {
  const scale = 1 / grid;
  for (let pair = 0; pair < margins.length; pair++) {
    const count = trials[pair]!;
    if (count === 0) {
      pairs[2 * pair] = 0;
      pairs[2 * pair + 1] = 0;
      continue;
    }
    const value = objective === OBJECTIVE_LOGISTIC ? sigmoid(margins[pair]!) : margins[pair]!;
    const gradient = count * value - successes[pair]!;
    const hessian = objective === OBJECTIVE_LOGISTIC ? count * value * (1 - value) : count;
    pairs[2 * pair] = Math.floor(gradient * scale + 0.5) * grid;
    pairs[2 * pair + 1] = Math.max(Math.floor(hessian * scale + 0.5), 1) * grid;
  }
}

/** The gradients stage. */
export function computeGradients({ f64, context }: KernelViews): void {
  const length = context[CONTEXT_QUERIES]! * context[CONTEXT_PROMPTS]!;
  const at = (field: number, count: number): Float64Array => {
    const start = context[field]! >>> 3;
    return f64.subarray(start, start + count);
  };
  fillGradients(
    context[CONTEXT_OBJECTIVE]!,
    at(CONTEXT_MARGINS, length),
    at(CONTEXT_SUCCESSES, length),
    at(CONTEXT_TRIALS, length),
    context[CONTEXT_GRID]!,
    at(CONTEXT_PAIRS, 2 * length),
  );
}
