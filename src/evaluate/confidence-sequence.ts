import { ShapeError } from "../errors.ts";
import type { Interval } from "../types/index.ts";

/** Bets are capped at this share of what could be lost, the c of the source. */
const BET_CAP = 0.75;
const BISECTIONS = 30;
/** Logarithms are taken of products beyond these, since one a value would take most of the time. */
const LARGE = 1e100;
const SMALL = 1e-100;
/** Numbers of values for which one of the gamblers bets as if it knew that so many come. */
const HORIZONS = [16, 64, 256, 1024] as const;

export interface ConfidenceSequenceOptions {
  /** Range of the values; the intervals are only right if no value can lie outside. */
  readonly bounds: Interval;
  /** Chance that any of the intervals ever misses. @default 0.05 */
  readonly alpha?: number;
}

/**
 * Confidence intervals for the mean of bounded values that come one after the other, right at every moment at once:
 * with chance 1 - alpha none of them ever misses, however often one looks and whatever makes one stop. (`meanInterval`
 * holds for a number of values fixed beforehand only: `bettingInterval` divides its stakes by that number, and averages
 * over orders of values that a sequence has not seen yet.)
 *
 * The hedged capital process of Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting"
 * (JRSS B 86, 2024), theorem 3, on values brought to [0, 1], with its predictable plug-in bets for a number n of values,
 *
 *   λ_t = √(2 ln(2/α) / (n σ̂²_{t-1})),  σ̂²_t = (1/4 + Σ (x_i - μ̂_i)²) / (t + 1),  μ̂_t = (1/2 + Σ x_i) / (t + 1).
 *
 * "The mean is at most m" is refuted as soon as the capital Π (1 + min(λ_i, c/m) (x_i - m)) reaches 2/α (Ville's
 * inequality), "at least m" likewise with 1 - λ; once refuted it stays so, since intervals are intersected. Capital is the
 * mean of four gamblers', for n = 16, 64, 256 and 1024: a mean of such processes is one, whenever it is looked at. Against
 * the source's bets for an unknown number of values (equation 26, with t ln(t + 1) for n), a fifth to a half
 * of the values are saved on small gains, some more are needed for large ones.
 *
 * Each value's expectation, given those before it, must be the mean: draw their order at random.
 */
export class ConfidenceSequence {
  private readonly values: number[] = [];
  /** √n times the bet on each value, before the cap. */
  private readonly bets: number[] = [];
  /** ln(2/α): logarithm of the capital that refutes, and what the bets are made for. */
  private readonly threshold: number;
  private sum = 0;
  private squares = 0.25;
  /** On [0, 1]. */
  private lower = 0;
  private upper = 1;
  private looked = 0;

  constructor(private readonly options: ConfidenceSequenceOptions) {
    const { alpha = 0.05, bounds } = options;
    if (!(alpha > 0 && alpha < 1)) throw new ShapeError(`alpha is ${alpha}; a number in (0, 1) is expected.`);
    if (!(bounds[0] < bounds[1]))
      throw new ShapeError(`The bounds [${bounds.join(", ")}] hold no range of values.`);
    this.threshold = Math.log(2 / alpha);
  }

  /** Values so far. */
  get count(): number {
    return this.values.length;
  }

  /** Mean of the values so far; NaN before the first. Where a stop depends on the values, it is a little too extreme. */
  get mean(): number {
    const [lower, upper] = this.options.bounds;
    return lower + ((upper - lower) * this.sum) / this.count;
  }

  /** @throws ShapeError where the value lies outside the bounds */
  add(value: number): void {
    const [lower, upper] = this.options.bounds;
    if (!(value >= lower && value <= upper))
      throw new ShapeError(`The value ${value} lies outside its bounds [${lower}, ${upper}].`);
    const scaled = (value - lower) / (upper - lower);
    const turn = this.count + 1;
    const variance = this.squares / turn;
    this.bets.push(Math.sqrt((2 * this.threshold) / variance));
    this.values.push(scaled);
    this.sum += scaled;
    const mean = (0.5 + this.sum) / (turn + 1);
    this.squares += (scaled - mean) ** 2;
  }

  /** The interval now: what no look so far has refuted. Both ends within the bounds. */
  get interval(): Interval {
    this.look();
    const [lower, upper] = this.options.bounds;
    const range = upper - lower;
    return [lower + range * this.lower, lower + range * this.upper];
  }

  /** Capital against "at most m" falls as m grows, and that against "at least m" grows, so bisection finds both ends. */
  private look(): void {
    if (this.looked === this.count) return;
    this.looked = this.count;
    this.lower = this.refutedEnd(this.lower, this.upper, (mean) => this.logCapital(mean, 1));
    this.upper = this.refutedEnd(this.upper, this.lower, (mean) => this.logCapital(mean, -1));
  }

  /** Moves an end inwards as far as means are refuted, never past the other end. */
  private refutedEnd(end: number, other: number, logCapitalAgainst: (mean: number) => number): number {
    if (logCapitalAgainst(end) < this.threshold) return end;
    let refuted = end;
    let accepted = other;
    if (logCapitalAgainst(other) >= this.threshold) return other;
    for (let halving = 0; halving < BISECTIONS; halving++) {
      const middle = (refuted + accepted) / 2;
      if (logCapitalAgainst(middle) >= this.threshold) refuted = middle;
      else accepted = middle;
    }
    return refuted;
  }

  /** Logarithm of what betting on more (`side` 1) or less (-1) than `mean` has made of 1. */
  private logCapital(mean: number, side: 1 | -1): number {
    const cap = BET_CAP / (side === 1 ? mean : 1 - mean);
    const logs = HORIZONS.map((horizon) => {
      const scale = 1 / Math.sqrt(horizon);
      let log = 0;
      let product = 1;
      for (let turn = 0; turn < this.values.length; turn++) {
        const bet = scale * this.bets[turn]!;
        product *= 1 + side * (bet < cap ? bet : cap) * (this.values[turn]! - mean);
        // A factor is at least 1/4; so a product stays far from what a number can hold.
        if (product > LARGE || product < SMALL) {
          log += Math.log(product);
          product = 1;
        }
      }
      return log + Math.log(product);
    });
    const most = Math.max(...logs);
    const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
    return most + Math.log(sum / HORIZONS.length);
  }
}
