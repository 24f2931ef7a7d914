// Gradients of all pairs, two at a time; the plain TypeScript twin with the explanations is ../gradients.ts.
import { LARGEST_EXPONENT, LN2_HIGH, LN2_LOW, P1, P2, P3, P4, P5 } from "../exponential";
import {
  CONTEXT_GRID,
  CONTEXT_MARGINS,
  CONTEXT_OBJECTIVE,
  CONTEXT_PAIRS,
  CONTEXT_SUCCESSES,
  CONTEXT_TRIALS,
  OBJECTIVE_LOGISTIC,
} from "../layout";
import { address, context } from "./context";


@inline
function exponential(x: v128): v128 {
  const clipped = f64x2.min(f64x2.max(x, f64x2.splat(-LARGEST_EXPONENT)), f64x2.splat(LARGEST_EXPONENT));
  const power = f64x2.floor(f64x2.add(f64x2.mul(clipped, f64x2.splat(Math.LOG2E)), f64x2.splat(0.5)));
  const high = f64x2.sub(clipped, f64x2.mul(power, f64x2.splat(LN2_HIGH)));
  const low = f64x2.mul(power, f64x2.splat(LN2_LOW));
  const rest = f64x2.sub(high, low);
  const square = f64x2.mul(rest, rest);
  let sum = f64x2.add(f64x2.splat(P4), f64x2.mul(square, f64x2.splat(P5)));
  sum = f64x2.add(f64x2.splat(P3), f64x2.mul(square, sum));
  sum = f64x2.add(f64x2.splat(P2), f64x2.mul(square, sum));
  sum = f64x2.add(f64x2.splat(P1), f64x2.mul(square, sum));
  const c = f64x2.sub(rest, f64x2.mul(square, sum));
  const ratio = f64x2.div(f64x2.mul(rest, c), f64x2.sub(f64x2.splat(2), c));
  const result = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(low, ratio), high));
  // 2^power by its exponent bits.
  const exponent = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(power));
  return f64x2.mul(result, i64x2.shl(i64x2.add(exponent, i64x2.splat(1023)), 52));
}

/** @param first even; @param end even, or one behind the last pair, where there is room for one more */
export function computeGradients(first: usize, end: usize): void {
  const margins = address(CONTEXT_MARGINS);
  const successes = address(CONTEXT_SUCCESSES);
  const trials = address(CONTEXT_TRIALS);
  const pairs = address(CONTEXT_PAIRS);
  const isLogistic = context(CONTEXT_OBJECTIVE) == OBJECTIVE_LOGISTIC;
  const grid = f64x2.splat(context(CONTEXT_GRID));
  const scale = f64x2.splat(1 / context(CONTEXT_GRID));
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  const zero = f64x2.splat(0);
  for (let pair = first; pair < end; pair += 2) {
    const offset = pair << 3;
    const count = v128.load(trials + offset);
    const margin = v128.load(margins + offset);
    const value = isLogistic ? f64x2.div(one, f64x2.add(one, exponential(f64x2.neg(margin)))) : margin;
    const product = f64x2.mul(count, value);
    const gradient = f64x2.sub(product, v128.load(successes + offset));
    const hessian = isLogistic ? f64x2.mul(product, f64x2.sub(one, value)) : count;
    const isKnown = f64x2.ne(count, zero);
    const g = f64x2.mul(f64x2.floor(f64x2.add(f64x2.mul(gradient, scale), half)), grid);
    const h = f64x2.mul(f64x2.pmax(f64x2.floor(f64x2.add(f64x2.mul(hessian, scale), half)), one), grid);
    const knownG = v128.and(g, isKnown);
    const knownH = v128.and(h, isKnown);
    const place = pairs + (pair << 4);
    v128.store(place, v128.shuffle<f64>(knownG, knownH, 0, 2));
    v128.store(place, v128.shuffle<f64>(knownG, knownH, 1, 3), 16);
  }
}
