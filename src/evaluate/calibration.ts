import type { LabeledPairs } from "./labeled-pairs.ts";

const BINS = 10;
/** Predictions are kept this far from 0 and 1 in the log-loss, so that one wrong certainty costs 13.8, not ∞. */
const CLIP = 1e-6;

/** Labels whose predictions fall into [lower, upper), the last bin closed above. */
export interface CalibrationBin {
  readonly lower: number;
  readonly upper: number;
  /** Weighted number of labels. */
  readonly weight: number;
  /** Mean prediction; null in an empty bin. */
  readonly predicted: number | null;
  /** Observed success rate; null in an empty bin. */
  readonly observed: number | null;
}

/** Mean −log P(label), natural logarithm, predictions clipped to [1e-6, 1 − 1e-6]; null for no labels. */
export function logLoss(pairs: LabeledPairs): number | null {
  let loss = 0;
  let weight = 0;
  for (let pair = 0; pair < pairs.length; pair++) {
    const prediction = Math.min(1 - CLIP, Math.max(CLIP, pairs.prediction[pair]!));
    loss -= pairs.positives[pair]! * Math.log(prediction) + pairs.negatives[pair]! * Math.log(1 - prediction);
    weight += pairs.positives[pair]! + pairs.negatives[pair]!;
  }
  return weight === 0 ? null : loss / weight;
}

/** Predictions and success rates in ten bins of equal width over [0, 1]. */
export function calibrationBins(pairs: LabeledPairs): CalibrationBin[] {
  const predicted = new Float64Array(BINS);
  const observed = new Float64Array(BINS);
  const weights = new Float64Array(BINS);
  for (let pair = 0; pair < pairs.length; pair++) {
    const prediction = pairs.prediction[pair]!;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(prediction * BINS)));
    const weight = pairs.positives[pair]! + pairs.negatives[pair]!;
    predicted[bin] = predicted[bin]! + weight * prediction;
    observed[bin] = observed[bin]! + pairs.positives[pair]!;
    weights[bin] = weights[bin]! + weight;
  }
  return Array.from(weights, (weight, bin) => ({
    lower: bin / BINS,
    upper: (bin + 1) / BINS,
    weight,
    predicted: weight === 0 ? null : predicted[bin]! / weight,
    observed: weight === 0 ? null : observed[bin]! / weight,
  }));
}

/**
 * Expected calibration error: mean over labels of |observed − predicted| of their bin (Naeini et al., AAAI 2015).
 * @returns null for no labels
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number | null {
  let error = 0;
  let weight = 0;
  for (const bin of bins) {
    if (bin.predicted === null || bin.observed === null) continue;
    error += bin.weight * Math.abs(bin.observed - bin.predicted);
    weight += bin.weight;
  }
  return weight === 0 ? null : error / weight;
}
