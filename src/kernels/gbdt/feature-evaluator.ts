import { HistogramWalk } from "./histogram-walk.ts";
import {
  CONTEXT_BIN_ROWS,
  CONTEXT_BINS,
  CONTEXT_ENTRY_SUM,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_QUERIES,
  CONTEXT_ROW_BYTES,
  ROUNDING_ROOM,
  SPARSE_ENTRIES,
} from "./layout.ts";

const MAX_BINS = 256;

/**
 * Evaluates query features of one node exactly: histogram of the entries' sums by bin, then every threshold,
 *
 *   score = G_left² / (H_left + λ) + G_right² / (H_right + λ)
 *
 * Among equal scores the lowest feature wins, then the lowest bin; so the winner does not depend on the order of
 * evaluation.
 */
export class FeatureEvaluator extends HistogramWalk {
  /** Entries (as bits) left of the best admissible threshold of the feature evaluated last by `evaluateParted`. */
  bestMask = 0;
  /** As the result of `evaluateParted`, with the excluded partition included. */
  gainWithExcluded = 0;
  /** Best score there of a threshold that counts in a bound but is not admissible now, 0 if none beats the result. */
  latentGain = 0;
  /** Greatest hessian that the lesser side of such a threshold has. */
  latentHessian = 0;

  /** Gradient and hessian by bin; all zero between features. */
  readonly #histogram = new Float64Array(2 * MAX_BINS);
  readonly #masks = new Int32Array(MAX_BINS);
  readonly #occupied = new Int32Array(MAX_BINS / 32);

  /**
   * @param floor scores up to this need not be told apart
   * @returns the greater of `floor` and the feature's best score over the thresholds that count in a bound
   */
  evaluate(feature: number, floor: number): number {
    this.#fillHistogram(feature);
    const histogram = this.#histogram;
    if (this.count > SPARSE_ENTRIES) {
      const score = Math.max(floor, this.throughAll(histogram, 0, feature, floor));
      histogram.fill(0);
      return score;
    }
    const { context } = this.views;
    const lambda = context[CONTEXT_LAMBDA]!;
    const minChild = context[CONTEXT_MIN_CHILD]!;
    const minChildBound = context[CONTEXT_MIN_CHILD_BOUND]!;
    const occupied = this.#occupied;
    const gradient = this.gradient;
    const hessian = this.hessian;
    let featureGain = floor;
    let threshold = Math.min(featureGain, this.bestGain) * (1 - ROUNDING_ROOM);
    let left = 0;
    let leftHessian = 0;
    for (let word = 0; word < MAX_BINS / 32; word++) {
      let bits = occupied[word]!;
      occupied[word] = 0;
      while (bits !== 0) {
        const bin = 32 * word + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const place = 2 * bin;
        left += histogram[place]!;
        leftHessian += histogram[place + 1]!;
        histogram[place] = 0;
        histogram[place + 1] = 0;
        const right = gradient - left;
        const rightHessian = hessian - leftHessian;
        const a = leftHessian + lambda;
        const b = rightHessian + lambda;
        // Without divisions first: most thresholds fail here.
        if (left * left * b + right * right * a < threshold * (a * b)) continue;
        if (leftHessian < minChildBound || rightHessian < minChildBound) continue;
        const gain = (left * left) / a + (right * right) / b;
        if (gain > featureGain) featureGain = gain;
        if (leftHessian >= minChild && rightHessian >= minChild) this.offer(gain, feature, bin);
        threshold = Math.min(featureGain, this.bestGain) * (1 - ROUNDING_ROOM);
      }
    }
    return featureGain;
  }

  /**
   * As `evaluate` for at most TIE_ENTRIES entries, telling partitions apart: which entries go left is one bit each.
   * @param excluded a partition that is not to count, 0 for none
   * @returns the best score over admissible thresholds that part the entries otherwise than `excluded`, either way
   *   round
   */
  evaluateParted(feature: number, excluded: number): number {
    this.#fillHistogram(feature);
    const { u8, u32, context } = this.views;
    const lambda = context[CONTEXT_LAMBDA]!;
    const minChild = context[CONTEXT_MIN_CHILD]!;
    const minChildBound = context[CONTEXT_MIN_CHILD_BOUND]!;
    const bins = this.#findRows(feature);
    const stride = context[CONTEXT_ROW_BYTES]! | 0;
    const queries = this.queries;
    for (let entry = 0; entry < this.count; entry++)
      this.#masks[u8[bins + stride * u32[queries + entry]!]!]! |= 1 << entry;
    const all = this.count === 32 ? -1 : (1 << this.count) - 1;
    let gainElsewhere = 0;
    let gainAdmissible = 0;
    let mask = 0;
    let left = 0;
    let leftHessian = 0;
    this.bestMask = 0;
    this.gainWithExcluded = 0;
    this.latentGain = 0;
    this.latentHessian = 0;
    for (let word = 0; word < MAX_BINS / 32; word++) {
      let bits = this.#occupied[word]!;
      this.#occupied[word] = 0;
      while (bits !== 0) {
        const bin = 32 * word + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const place = 2 * bin;
        left += this.#histogram[place]!;
        leftHessian += this.#histogram[place + 1]!;
        mask |= this.#masks[bin]!;
        this.#histogram[place] = 0;
        this.#histogram[place + 1] = 0;
        this.#masks[bin] = 0;
        const right = this.gradient - left;
        const rightHessian = this.hessian - leftHessian;
        if (leftHessian < minChildBound || rightHessian < minChildBound) continue;
        const gain = (left * left) / (leftHessian + lambda) + (right * right) / (rightHessian + lambda);
        if (leftHessian < minChild || rightHessian < minChild) {
          if (gain <= gainElsewhere) continue;
          this.latentGain = Math.max(this.latentGain, gain);
          this.latentHessian = Math.max(this.latentHessian, Math.min(leftHessian, rightHessian));
          continue;
        }
        if (gain > gainElsewhere && mask !== excluded && (mask ^ all) !== excluded) gainElsewhere = gain;
        if (gain > this.gainWithExcluded) this.gainWithExcluded = gain;
        if (gain > gainAdmissible) {
          gainAdmissible = gain;
          this.bestMask = mask;
        }
        this.offer(gain, feature, bin);
      }
    }
    return gainElsewhere;
  }

  #fillHistogram(feature: number): void {
    const { u8, u32, f64, context } = this.views;
    const queries = this.queries;
    const end = queries + this.count;
    const histogram = this.#histogram;
    let sum = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * this.start;
    if (this.count > SPARSE_ENTRIES) {
      const bins =
        (context[CONTEXT_BINS]! + (feature >> 2) * context[CONTEXT_QUERIES]! * 4 + (feature & 3)) >>> 0;
      for (let entry = queries; entry < end; entry++, sum += 2) {
        const place = 2 * u8[bins + 4 * u32[entry]!]!;
        histogram[place] = histogram[place]! + f64[sum]!;
        histogram[place + 1] = histogram[place + 1]! + f64[sum + 1]!;
      }
      return;
    }
    const occupied = this.#occupied;
    const bins = this.#findRows(feature);
    const stride = context[CONTEXT_ROW_BYTES]! | 0;
    for (let entry = queries; entry < end; entry++, sum += 2) {
      const bin = u8[bins + stride * u32[entry]!]!;
      occupied[bin >> 5]! |= 1 << (bin & 31);
      const place = 2 * bin;
      histogram[place] = histogram[place]! + f64[sum]!;
      histogram[place + 1] = histogram[place + 1]! + f64[sum + 1]!;
    }
  }

  /** A feature's bins where they stand by query. */
  #findRows(feature: number): number {
    return (this.views.context[CONTEXT_BIN_ROWS]! + feature) >>> 0;
  }
}
