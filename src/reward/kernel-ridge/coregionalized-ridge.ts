import { choleskyFactor, choleskySolve, multiplyTransposed } from "../../kernels/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import type { NormalEquations } from "./normal-equations.ts";

/**
 * How strongly the prompts' functions are pulled to 0 along orthogonal directions in the space of the P prompts: what
 * all share (how hard a question is) may be learned from all answers, departures from it decide a choice.
 */
export interface PromptPenalties {
  /** P × P, row-major, orthonormal, a direction a row. */
  readonly directions: Float64Array;
  /** One a direction, > 0. */
  readonly values: Float64Array;
}

/**
 * The penalties of the kernel k((x, a), (x′, a′)) = k(x, x′)(ρ + (1 - ρ)[a = a′]), the intrinsic coregionalization model
 * (Bonilla, Chai and Williams, Multi-task Gaussian Process Prediction, NIPS 2007): `shared` along the mean of all
 * prompts, `own` across it. ρ / (1 - ρ) = (own / shared - 1) / P; both the same is ρ = 0, every prompt by itself.
 */
export function sharedPenalties(prompts: number, own: number, shared: number): PromptPenalties {
  const directions = new Float64Array(prompts * prompts);
  directions.fill(1 / Math.sqrt(prompts), 0, prompts);
  // Helmert's contrasts: each prompt against the mean of those before it.
  for (let row = 1; row < prompts; row++) {
    const scale = Math.sqrt(row * (row + 1));
    directions.fill(1 / scale, row * prompts, row * prompts + row);
    directions[row * prompts + row] = -row / scale;
  }
  const values = new Float64Array(prompts).fill(own);
  values[0] = shared;
  return { directions, values };
}

/** Residual at which the iteration stops, as a share of the right-hand side's length. */
const TOLERANCE = 1e-7;
const MAX_STEPS = 200;
const FACTORS_KEPT = 5;

/**
 * Ridge regression of all prompts together in the span of m landmarks. With K the landmarks' kernel, D the directions
 * and Ω = Dᵀ diag(values) D, it solves for the coefficients c_a of every prompt a
 *
 *   G_a c_a + K Σ_b Ω_ab c_b = y_a
 *
 * by conjugate gradients, preconditioned by what would be exact if all prompts had been tried on the same questions:
 * then G_a is one G for all, the directions separate into (G + value · K) c = y, and nothing need be iterated.
 */
export class CoregionalizedRidge {
  private readonly size: number;
  private readonly prompts: number;

  /**
   * @param kernel K, m × m, positive definite
   * @param patterns of the P prompts
   * @param factors by penalty, of regressions on the same questions and trials; more are added
   */
  constructor(
    private readonly kernel: Float64Array,
    private readonly patterns: readonly TrialPattern[],
    private readonly equations: NormalEquations,
    private readonly factors: Map<number, Float64Array> = new Map(),
  ) {
    this.size = Math.sqrt(kernel.length);
    this.prompts = patterns.reduce((sum, pattern) => sum + pattern.prompts.length, 0);
  }

  /**
   * @param means P long: what each prompt's rewards are measured from
   * @returns coefficients, P × m, row-major
   */
  solve(means: Float64Array, penalties: PromptPenalties): Float64Array {
    const residual = this.sidesAbout(means);
    if (this.patterns.length === 1) return this.precondition(residual, penalties);
    const solution = new Float64Array(residual.length);
    const enough = TOLERANCE ** 2 * dot(residual, residual);
    let direction = this.precondition(residual, penalties);
    let strength = dot(residual, direction);
    for (let step = 0; step < MAX_STEPS && dot(residual, residual) > enough; step++) {
      const image = this.apply(direction, penalties);
      const length = strength / dot(direction, image);
      for (let k = 0; k < solution.length; k++) {
        solution[k]! += length * direction[k]!;
        residual[k]! -= length * image[k]!;
      }
      if (dot(residual, residual) <= enough) break;
      const next = this.precondition(residual, penalties);
      const nextStrength = dot(residual, next);
      const keep = nextStrength / strength;
      for (let k = 0; k < next.length; k++) next[k]! += keep * direction[k]!;
      direction = next;
      strength = nextStrength;
    }
    return solution;
  }

  /** Σ w k (r̄ - mean) of every prompt. */
  private sidesAbout(means: Float64Array): Float64Array {
    const { size, equations } = this;
    const sides = equations.sides.slice();
    this.patterns.forEach(({ prompts }, index) => {
      const weights = equations.weights[index]!;
      for (const prompt of prompts)
        for (let k = 0; k < size; k++) sides[prompt * size + k]! -= means[prompt]! * weights[k]!;
    });
    return sides;
  }

  private apply(x: Float64Array, { directions, values }: PromptPenalties): Float64Array {
    const { size, prompts, kernel, equations } = this;
    const along = rotate(directions, prompts, x, size);
    for (let row = 0; row < prompts; row++)
      for (let k = 0; k < size; k++) along[row * size + k]! *= values[row]!;
    const image = new Float64Array(x.length);
    multiplyTransposed(rotateBack(directions, prompts, along, size), prompts, kernel, size, size, image);
    this.patterns.forEach((pattern, index) => {
      const some = pickPrompts(x, pattern.prompts, size);
      const product = new Float64Array(some.length);
      multiplyTransposed(some, pattern.prompts.length, equations.grams[index]!, size, size, product);
      pattern.prompts.forEach((prompt, position) => {
        for (let k = 0; k < size; k++) image[prompt * size + k]! += product[position * size + k]!;
      });
    });
    return image;
  }

  private precondition(x: Float64Array, { directions, values }: PromptPenalties): Float64Array {
    const { size, prompts } = this;
    const along = rotate(directions, prompts, x, size);
    // Neighboring directions under one penalty are solved for together.
    for (let from = 0; from < prompts; ) {
      let to = from + 1;
      while (to < prompts && values[to] === values[from]) to++;
      choleskySolve(this.factor(values[from]!), size, along.subarray(from * size, to * size));
      from = to;
    }
    return rotateBack(directions, prompts, along, size);
  }

  /** The Cholesky factor of G + penalty · K. */
  private factor(penalty: number): Float64Array {
    const known = this.factors.get(penalty);
    if (known !== undefined) return known;
    // The memory of older ones is used again.
    const [oldest] = this.factors.keys();
    const reused = this.factors.size < FACTORS_KEPT ? undefined : this.factors.get(oldest!);
    if (reused !== undefined) this.factors.delete(oldest!);
    const { kernel } = this;
    const factor = reused ?? new Float64Array(kernel.length);
    for (let k = 0; k < factor.length; k++) factor[k] = penalty * kernel[k]!;
    this.patterns.forEach((pattern, index) => {
      const share = pattern.prompts.length / this.prompts;
      const gram = this.equations.grams[index]!;
      for (let k = 0; k < factor.length; k++) factor[k]! += share * gram[k]!;
    });
    choleskyFactor(factor, this.size);
    this.factors.set(penalty, factor);
    return factor;
  }
}

function pickPrompts(x: Float64Array, prompts: Int32Array, size: number): Float64Array {
  const some = new Float64Array(prompts.length * size);
  prompts.forEach((prompt, position) => {
    some.set(x.subarray(prompt * size, (prompt + 1) * size), position * size);
  });
  return some;
}

/** D x: row d is the combination of x's rows along direction d. */
function rotate(directions: Float64Array, prompts: number, x: Float64Array, size: number): Float64Array {
  const result = new Float64Array(x.length);
  for (let d = 0; d < prompts; d++)
    for (let prompt = 0; prompt < prompts; prompt++)
      addScaled(directions[d * prompts + prompt]!, x, prompt * size, result, d * size, size);
  return result;
}

/** Dᵀ x. */
function rotateBack(directions: Float64Array, prompts: number, x: Float64Array, size: number): Float64Array {
  const result = new Float64Array(x.length);
  for (let d = 0; d < prompts; d++)
    for (let prompt = 0; prompt < prompts; prompt++)
      addScaled(directions[d * prompts + prompt]!, x, d * size, result, prompt * size, size);
  return result;
}

function addScaled(
  scale: number,
  source: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
  length: number,
): void {
  if (scale === 0) return;
  for (let k = 0; k < length; k++) target[to + k]! += scale * source[from + k]!;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += one[k]! * other[k]!;
  return sum;
}
