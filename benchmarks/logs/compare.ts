import { clusteredMean } from "../../src/evaluate/index.ts";
import type { Interval } from "../../src/types/index.ts";

/** Choices of one seed: columns of the log's prompts, one a question. */
export interface ChosenColumns {
  readonly chosen: readonly number[];
  readonly fixed: readonly number[];
}

/** A mean in points, with its normal 95 % interval, clustered by group. */
export interface Gain {
  readonly gain: number;
  readonly ci95: Interval;
}

/** Ours minus a peer, in points. */
export interface Difference {
  readonly difference: number;
  readonly ci95: Interval;
  /** Two-sided, normal. */
  readonly p: number;
  /** Corrected by Holm over the peers of one log. */
  readonly holm: number;
}

const Z95 = 1.96;

/**
 * Each question's reward of the choice minus that of the fixed prompt, averaged over the seeds.
 * @param rewards questions × prompts, in [0, 1], null where a question has no label under a prompt
 * @param seeds one a seed
 * @returns NaN where the choice or the fixed prompt is not labeled in some seed
 */
export function meanGains(
  rewards: readonly (readonly (number | null)[])[],
  seeds: readonly ChosenColumns[],
): Float64Array {
  return Float64Array.from(rewards, (row, question) => {
    let sum = 0;
    for (const { chosen, fixed } of seeds)
      sum += labelOr(row[chosen[question]!]) - labelOr(row[fixed[question]!]);
    return sum / seeds.length;
  });
}

const labelOr = (reward: number | null | undefined): number => reward ?? Number.NaN;

/** The mean of what `meanGains` returns. */
export function estimateGain(gains: Float64Array, groups: Int32Array): Gain {
  const { mean, standardError } = clusteredMean(gains, new Float64Array(gains.length).fill(1), groups);
  return { gain: 100 * mean, ci95: [100 * (mean - Z95 * standardError), 100 * (mean + Z95 * standardError)] };
}

/**
 * Ours against each peer on the same questions, folds and fixed prompts.
 * @param ours of `meanGains`
 * @param peers name and the same
 */
export function comparePeers(
  ours: Float64Array,
  peers: readonly (readonly [name: string, gains: Float64Array])[],
  groups: Int32Array,
): Record<string, Difference> {
  const compared = peers.map(([name, gains]) => {
    const difference = ours.map((gain, question) => gain - gains[question]!);
    const { gain, ci95 } = estimateGain(difference, groups);
    const standardError = (ci95[1] - gain) / Z95;
    return { name, difference: gain, ci95, p: standardError > 0 ? twoSided(gain / standardError) : 1 };
  });
  const holm = holmCorrected(compared.map(({ p }) => p));
  return Object.fromEntries(
    compared.map(({ name, ...rest }, place) => [name, { ...rest, holm: holm[place]! }]),
  );
}

/** Holm, A simple sequentially rejective multiple test procedure, 1979. */
function holmCorrected(p: readonly number[]): number[] {
  const corrected = [...p];
  let largest = 0;
  [...p.keys()]
    .sort((one, other) => p[one]! - p[other]!)
    .forEach((place, rank) => {
      largest = Math.max(largest, Math.min(1, p[place]! * (p.length - rank)));
      corrected[place] = largest;
    });
  return corrected;
}

/** Both tails of the standard normal; Abramowitz and Stegun, 7.1.26, error below 2e-7. */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  return t * coefficients.reduce((sum, coefficient) => sum * t + coefficient) * Math.exp(-x * x);
}
