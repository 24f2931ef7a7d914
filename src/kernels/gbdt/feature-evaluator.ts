import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_BINS,
  CONTEXT_ENTRY_SUM,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_NODE_QUERIES,
  CONTEXT_QUERIES,
  NODE_BEST_BIN,
  NODE_BEST_FEATURE,
  NODE_BEST_GAIN,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_QUERIES,
  NODE_START,
  ROUNDING_ROOM,
  SPARSE_ENTRIES,
} from "./layout.ts";

const MAX_BINS = 256;
const BLOCK = 4;

/**
 * Evaluates query features of one node exactly: histogram of the entries' sums by bin, then every threshold,
 *
 *   score = G_left² / (H_left + λ) + G_right² / (H_right + λ)
 *
 * Among equal scores the lowest feature wins, then the lowest bin; so the winner does not depend on the order of
 * evaluation.
 */
export class FeatureEvaluator {
  bestGain = 0;
  bestFeature = -1;
  bestBin = 0;
  /** Entries (as bits) left of the best admissible threshold of the feature evaluated last by `evaluateParted`. */
  bestMask = 0;
  /** As the result of `evaluateParted`, with the excluded partition included. */
  gainWithExcluded = 0;
  /** Best score there of a threshold that counts in a bound but is not admissible now, 0 if none beats the result. */
  latentGain = 0;
  /** Greatest hessian that the lesser side of such a threshold has. */
  latentHessian = 0;

  readonly #views: KernelViews;
  /** Gradient and hessian by bin, for each of a block's features; all zero when they have been evaluated. */
  readonly #histograms = new Float64Array(BLOCK * 2 * MAX_BINS);
  /** The block whose histograms are filled, -1 for none. */
  #filledBlock = -1;
  readonly #masks = new Int32Array(MAX_BINS);
  readonly #occupied = new Int32Array(MAX_BINS / 32);
  #start = 0;
  #queries = 0;
  #count = 0;
  #gradient = 0;
  #hessian = 0;

  constructor(views: KernelViews) {
    this.#views = views;
  }

  /** Turns to a node and takes over its best split so far. */
  load(node: number): void {
    const { i32, f64, context } = this.#views;
    this.#start = i32[2 * node + NODE_START]!;
    this.#queries = (context[CONTEXT_NODE_QUERIES]! >>> 2) + i32[2 * node + NODE_QUERIES]!;
    this.#count = i32[2 * node + NODE_COUNT]!;
    this.#gradient = f64[node + NODE_GRADIENT]!;
    this.#hessian = f64[node + NODE_HESSIAN]!;
    this.bestGain = f64[node + NODE_BEST_GAIN]!;
    this.bestFeature = f64[node + NODE_BEST_FEATURE]!;
    this.bestBin = f64[node + NODE_BEST_BIN]!;
  }

  /** Writes the best split back. */
  store(node: number, evaluated: number): void {
    const { f64 } = this.#views;
    f64[node + NODE_BEST_GAIN] = this.bestGain;
    f64[node + NODE_BEST_FEATURE] = this.bestFeature;
    f64[node + NODE_BEST_BIN] = this.bestBin;
    f64[node + NODE_EVALUATED] = evaluated;
  }

  /**
   * @param floor scores up to this need not be told apart
   * @returns the greater of `floor` and the feature's best score over the thresholds that count in a bound
   */
  evaluate(feature: number, floor: number): number {
    this.#fillHistogram(feature);
    const { context } = this.#views;
    const lambda = context[CONTEXT_LAMBDA]!;
    const minChild = context[CONTEXT_MIN_CHILD]!;
    const minChildBound = context[CONTEXT_MIN_CHILD_BOUND]!;
    const histogram = this.#histograms;
    const lane = this.#laneOf(feature);
    const occupied = this.#occupied;
    const isDense = this.#count > SPARSE_ENTRIES;
    const gradient = this.#gradient;
    const hessian = this.#hessian;
    let featureGain = floor;
    let threshold = Math.min(featureGain, this.bestGain) * (1 - ROUNDING_ROOM);
    let left = 0;
    let leftHessian = 0;
    for (let word = 0; word < MAX_BINS / 32; word++) {
      let bits = isDense ? -1 : occupied[word]!;
      occupied[word] = 0;
      let bin = 32 * word - 1;
      while (bits !== 0) {
        const skipped = isDense ? 1 : 32 - Math.clz32(bits & -bits);
        bin += skipped;
        // Shifting by 32 would shift by 0.
        bits = (bits >>> (skipped - 1)) >>> 1;
        const place = lane + 2 * bin;
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
        if (leftHessian >= minChild && rightHessian >= minChild) this.#offer(gain, feature, bin);
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
    const { u8, u32, context } = this.#views;
    const lambda = context[CONTEXT_LAMBDA]!;
    const minChild = context[CONTEXT_MIN_CHILD]!;
    const minChildBound = context[CONTEXT_MIN_CHILD_BOUND]!;
    const lane = this.#laneOf(feature);
    const base = this.#binsOf(feature);
    const queries = this.#queries;
    for (let entry = 0; entry < this.#count; entry++)
      this.#masks[u8[base + 4 * u32[queries + entry]!]!]! |= 1 << entry;
    const all = this.#count === 32 ? -1 : (1 << this.#count) - 1;
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
        const place = lane + 2 * bin;
        left += this.#histograms[place]!;
        leftHessian += this.#histograms[place + 1]!;
        mask |= this.#masks[bin]!;
        this.#histograms[place] = 0;
        this.#histograms[place + 1] = 0;
        this.#masks[bin] = 0;
        const right = this.#gradient - left;
        const rightHessian = this.#hessian - leftHessian;
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
        this.#offer(gain, feature, bin);
      }
    }
    return gainElsewhere;
  }

  #offer(gain: number, feature: number, bin: number): void {
    if (gain < this.bestGain || (gain === this.bestGain && feature >= this.bestFeature)) return;
    this.bestGain = gain;
    this.bestFeature = feature;
    this.bestBin = bin;
  }

  #binsOf(feature: number): number {
    const { context } = this.#views;
    return context[CONTEXT_BINS]! + (feature >> 2) * context[CONTEXT_QUERIES]! * 4 + (feature & 3);
  }

  #laneOf(feature: number): number {
    return (feature % BLOCK) * 2 * MAX_BINS;
  }

  /**
   * Fills the histograms of a block of four features at once, all of which must be evaluated next; for nodes with
   * many entries, where it saves half the loads.
   */
  fillBlock(block: number): void {
    if (this.#count <= SPARSE_ENTRIES) return;
    const { u32, f64, context } = this.#views;
    const base = this.#binsOf(BLOCK * block) >> 2;
    const queries = this.#queries;
    const end = queries + this.#count;
    const histograms = this.#histograms;
    let sum = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * this.#start;
    for (let entry = queries; entry < end; entry++, sum += 2) {
      const bins = u32[base + u32[entry]!]!;
      const gradient = f64[sum]!;
      const hessian = f64[sum + 1]!;
      const place0 = (bins & 255) << 1;
      const place1 = ((bins >>> 7) & 510) + 512;
      const place2 = ((bins >>> 15) & 510) + 1024;
      const place3 = ((bins >>> 23) & 510) + 1536;
      histograms[place0] = histograms[place0]! + gradient;
      histograms[place0 + 1] = histograms[place0 + 1]! + hessian;
      histograms[place1] = histograms[place1]! + gradient;
      histograms[place1 + 1] = histograms[place1 + 1]! + hessian;
      histograms[place2] = histograms[place2]! + gradient;
      histograms[place2 + 1] = histograms[place2 + 1]! + hessian;
      histograms[place3] = histograms[place3]! + gradient;
      histograms[place3 + 1] = histograms[place3 + 1]! + hessian;
    }
    this.#filledBlock = block;
  }

  #fillHistogram(feature: number): void {
    const { u8, u32, f64, context } = this.#views;
    const base = this.#binsOf(feature);
    const queries = this.#queries;
    const end = queries + this.#count;
    if (feature >> 2 === this.#filledBlock) {
      if (feature % BLOCK === BLOCK - 1) this.#filledBlock = -1;
      return;
    }
    const histogram = this.#histograms;
    const lane = this.#laneOf(feature);
    const occupied = this.#occupied;
    let sum = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * this.#start;
    if (this.#count > SPARSE_ENTRIES) {
      for (let entry = queries; entry < end; entry++, sum += 2) {
        const place = lane + 2 * u8[base + 4 * u32[entry]!]!;
        histogram[place] = histogram[place]! + f64[sum]!;
        histogram[place + 1] = histogram[place + 1]! + f64[sum + 1]!;
      }
      return;
    }
    for (let entry = queries; entry < end; entry++, sum += 2) {
      const bin = u8[base + 4 * u32[entry]!]!;
      occupied[bin >> 5]! |= 1 << (bin & 31);
      const place = lane + 2 * bin;
      histogram[place] = histogram[place]! + f64[sum]!;
      histogram[place + 1] = histogram[place + 1]! + f64[sum + 1]!;
    }
  }
}
