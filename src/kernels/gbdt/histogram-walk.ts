import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_MIN_CHILD_BOUND,
  CONTEXT_NODE_QUERIES,
  NODE_BASE,
  NODE_BEST_BIN,
  NODE_BEST_FEATURE,
  NODE_BEST_GAIN,
  NODE_CENTER,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_GRADIENT,
  NODE_HESSIAN,
  NODE_QUERIES,
  NODE_RATIO,
  NODE_START,
  ROUNDING_ROOM,
} from "./layout.ts";

const MAX_BINS = 256;
/** Bins that are passed over together. */
const STRETCH = 32;

/** The best split of a node so far, and the walk along a feature's histogram that may find a better one. */
export class HistogramWalk {
  bestGain = 0;
  bestFeature = -1;
  bestBin = 0;

  protected readonly views: KernelViews;
  protected start = 0;
  protected queries = 0;
  protected count = 0;
  protected gradient = 0;
  protected hessian = 0;
  #center = 0;
  #base = 0;
  #ratio = 0;

  constructor(views: KernelViews) {
    this.views = views;
  }

  /** Turns to a node and takes over its best split so far. */
  load(node: number): void {
    const { i32, f64, context } = this.views;
    this.start = i32[2 * node + NODE_START]!;
    this.queries = (context[CONTEXT_NODE_QUERIES]! >>> 2) + i32[2 * node + NODE_QUERIES]!;
    this.count = i32[2 * node + NODE_COUNT]!;
    this.gradient = f64[node + NODE_GRADIENT]!;
    this.hessian = f64[node + NODE_HESSIAN]!;
    this.#center = f64[node + NODE_CENTER]!;
    this.#base = f64[node + NODE_BASE]!;
    this.#ratio = f64[node + NODE_RATIO]!;
    this.bestGain = f64[node + NODE_BEST_GAIN]!;
    this.bestFeature = f64[node + NODE_BEST_FEATURE]!;
    this.bestBin = f64[node + NODE_BEST_BIN]!;
  }

  /** Writes the best split back. */
  store(node: number, evaluated: number): void {
    const { f64 } = this.views;
    f64[node + NODE_BEST_GAIN] = this.bestGain;
    f64[node + NODE_BEST_FEATURE] = this.bestFeature;
    f64[node + NODE_BEST_BIN] = this.bestBin;
    f64[node + NODE_EVALUATED] = evaluated;
  }

  /**
   * Goes through a histogram, stretch by stretch. Inside a stretch with hessian h a centered sum U is off those at
   * its ends by no more than half of what is left of ρh, where ρ is the greatest |u| / h of an entry; where that
   * cannot reach the best score, its thresholds are passed over.
   * @param start of the feature's 256 pairs (g, h) in `values`
   */
  through(values: Float64Array, start: number, feature: number): void {
    const { context } = this.views;
    const lambda = context[CONTEXT_LAMBDA]!;
    const least = context[CONTEXT_MIN_CHILD_BOUND]!;
    const center = this.#center;
    const total = this.hessian + 2 * lambda;
    const room = 1e-9 * total;
    const typical = 0.5 * this.#ratio * this.hessian * (STRETCH / MAX_BINS);
    if (typical * typical * 4 > (this.bestGain - this.#base) * total) {
      // So large a node that hardly a stretch would be passed over.
      this.throughAll(values, start, feature, this.bestGain);
      return;
    }
    let left = 0;
    let leftHessian = 0;
    let sum = center * lambda;
    // Gain to beat, so that only multiplications are left in the loop.
    const needed = ((this.bestGain - this.#base) * (1 - 1e-9)) / total;
    for (let bin = 0; bin < MAX_BINS; bin += STRETCH) {
      const place = start + 2 * bin;
      let end = left;
      let endHessian = leftHessian;
      // Four bins at a time, since each addition to a sum waits for the one before; sums are exact in any order.
      for (let bins = place; bins < place + 2 * STRETCH; bins += 8) {
        end += values[bins]! + values[bins + 2]! + (values[bins + 4]! + values[bins + 6]!);
        endHessian += values[bins + 1]! + values[bins + 3]! + (values[bins + 5]! + values[bins + 7]!);
      }
      const endSum = end + center * (endHessian + lambda);
      const within = this.#ratio * (endHessian - leftHessian) - Math.abs(endSum - sum);
      const largest =
        (Math.abs(sum) > Math.abs(endSum) ? Math.abs(sum) : Math.abs(endSum)) +
        0.5 * (within > 0 ? within : 0) +
        room;
      const rightHessian = this.hessian - endHessian;
      const a = (leftHessian > least ? leftHessian : least) + lambda;
      const b = (rightHessian > least ? rightHessian : least) + lambda;
      if (largest * largest >= needed * a * b)
        this.#walkStretch(values, start, bin, bin + STRETCH, left, leftHessian, feature, this.bestGain);
      left = end;
      leftHessian = endHessian;
      sum = endSum;
    }
  }

  /** As `through`, for all thresholds; returns the feature's best score over those that count in a bound. */
  throughAll(values: Float64Array, start: number, feature: number, floor = 0): number {
    return this.#walkStretch(values, start, 0, MAX_BINS, 0, 0, feature, floor);
  }

  #walkStretch(
    values: Float64Array,
    start: number,
    firstBin: number,
    endBin: number,
    gradientBefore: number,
    hessianBefore: number,
    feature: number,
    floor: number,
  ): number {
    const { context } = this.views;
    const lambda = context[CONTEXT_LAMBDA]!;
    const minChild = context[CONTEXT_MIN_CHILD]!;
    const minChildBound = context[CONTEXT_MIN_CHILD_BOUND]!;
    const gradient = this.gradient;
    const hessian = this.hessian;
    let score = floor;
    let threshold = Math.min(score, this.bestGain) * (1 - ROUNDING_ROOM);
    let left = gradientBefore;
    let leftHessian = hessianBefore;
    for (let bin = firstBin; bin < endBin; bin++) {
      const place = start + 2 * bin;
      left += values[place]!;
      leftHessian += values[place + 1]!;
      const right = gradient - left;
      const rightHessian = hessian - leftHessian;
      const a = leftHessian + lambda;
      const b = rightHessian + lambda;
      if (left * left * b + right * right * a < threshold * (a * b)) continue;
      if (leftHessian < minChildBound || rightHessian < minChildBound) continue;
      const gain = (left * left) / a + (right * right) / b;
      if (gain > score) score = gain;
      if (leftHessian >= minChild && rightHessian >= minChild) this.offer(gain, feature, bin);
      threshold = Math.min(score, this.bestGain) * (1 - ROUNDING_ROOM);
    }
    return score;
  }

  /** Keeps a split if it is better, or as good and of a lower feature. */
  protected offer(gain: number, feature: number, bin: number): void {
    if (gain < this.bestGain || (gain === this.bestGain && feature >= this.bestFeature)) return;
    this.bestGain = gain;
    this.bestFeature = feature;
    this.bestBin = bin;
  }
}
