/** When to stop, and how much of the past to keep. */
export interface MinimizeOptions {
  /** Stops once the gradient's length is below this fraction of the length at the start. @default 1e-5 */
  readonly tolerance?: number;
  /** @default 500 */
  readonly maxIterations?: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

/** Pairs of steps and gradient changes that stand for the curvature. */
const MEMORY = 10;

/** Sufficient decrease, as a fraction of what the slope promises (Armijo). */
const DECREASE = 1e-4;

/** Halvings of a step before the point is taken to be as good as rounding allows. */
const MAX_HALVINGS = 40;

/**
 * Minimizes a smooth convex function by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5) with a
 * backtracking line search. Deterministic.
 * @param evaluate returns the value at a point and writes the gradient there
 * @param start where to begin; not changed
 */
export function minimize(
  evaluate: (point: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: MinimizeOptions = {},
): Minimum {
  const { tolerance = 1e-5, maxIterations = 500 } = options;
  const size = start.length;
  const history = new CurvatureHistory();
  let point = start.slice();
  let gradient = new Float64Array(size);
  let value = evaluate(point, gradient);
  const enough = tolerance * Math.sqrt(dot(gradient, gradient));
  let iterations = 0;
  for (; iterations < maxIterations && Math.sqrt(dot(gradient, gradient)) > enough; iterations++) {
    const direction = history.descent(gradient);
    const slope = dot(direction, gradient);
    // Without curvature the first step has the gradient's length; keep it of the order of 1.
    let step = history.isEmpty ? 1 / Math.max(1, Math.sqrt(-slope)) : 1;
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halvings = 0; halvings < MAX_HALVINGS; halvings++) {
      for (let k = 0; k < size; k++) next[k] = point[k]! + step * direction[k]!;
      nextValue = evaluate(next, nextGradient);
      if (nextValue <= value + DECREASE * step * slope) break;
      step /= 2;
    }
    if (!(nextValue < value)) break;
    history.add(point, next, gradient, nextGradient);
    point = next;
    gradient = nextGradient;
    value = nextValue;
  }
  return { point, value, iterations };
}

/** The last steps s and gradient changes y; approximates the inverse Hessian. */
class CurvatureHistory {
  readonly #pairs: { step: Float64Array; change: Float64Array; inverse: number }[] = [];

  get isEmpty(): boolean {
    return this.#pairs.length === 0;
  }

  add(from: Float64Array, to: Float64Array, gradientFrom: Float64Array, gradientTo: Float64Array): void {
    const step = to.map((value, k) => value - from[k]!);
    const change = gradientTo.map((value, k) => value - gradientFrom[k]!);
    const curvature = dot(step, change);
    // A pair without positive curvature (rounding near the minimum) would spoil the approximation.
    if (!(curvature > 1e-12 * dot(change, change))) return;
    this.#pairs.push({ step, change, inverse: 1 / curvature });
    if (this.#pairs.length > MEMORY) this.#pairs.shift();
  }

  /** Minus the approximate inverse Hessian times the gradient: the two-loop recursion. */
  descent(gradient: Float64Array): Float64Array {
    const direction = gradient.map((value) => -value);
    const projections: number[] = [];
    for (const { step, change, inverse } of this.#pairs.toReversed()) {
      const projection = inverse * dot(step, direction);
      projections.push(projection);
      addScaled(direction, change, -projection);
    }
    const last = this.#pairs.at(-1);
    if (last !== undefined) {
      const scale = 1 / (last.inverse * dot(last.change, last.change));
      for (let k = 0; k < direction.length; k++) direction[k]! *= scale;
    }
    for (const { step, change, inverse } of this.#pairs) {
      addScaled(direction, step, projections.pop()! - inverse * dot(change, direction));
    }
    return direction;
  }
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += one[k]! * other[k]!;
  return sum;
}

function addScaled(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let k = 0; k < target.length; k++) target[k]! += factor * vector[k]!;
}
