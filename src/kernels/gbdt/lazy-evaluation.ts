import type { FeatureEvaluator } from "./feature-evaluator.ts";
import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_ENTRY_SUM,
  CONTEXT_FEATURES,
  CONTEXT_LAMBDA,
  CONTEXT_MIN_CHILD,
  CONTEXT_NODE_QUERIES,
  HESSIAN_GROWTH_LIMIT,
  NODE_BASE,
  NODE_CENTER,
  NODE_CLOCK,
  NODE_COUNT,
  NODE_GROWTH,
  NODE_HESSIAN_GROWTH,
  NODE_HISTORY,
  NODE_KEYS,
  NODE_LATENT_GROWTH,
  NODE_OLD_CENTER,
  NODE_QUERIES,
  NODE_SEED,
  NODE_START,
  NODE_TIE_FEATURE,
  NODE_TIE_MASK,
  ROUNDING_ROOM,
  TIE_ENTRIES,
} from "./layout.ts";

/*
 * Certified lazy evaluation.
 *
 * Let u = g + w̄h be a node's centered gradients, w̄ = -G/(H + 2λ), and U, A, B the sums of u and h left and right
 * of a threshold, λ included on both sides. Its score is G²/(H + 2λ) + γ, and √γ = |⟨v, φ⟩| with a unit vector φ
 * that depends on h alone and v = (u/√h for every entry, w̄√λ twice). From one round to the next v changes to
 * v + Δv = (1 + α)v + r (both with the old h), most of all shrinking, since the last tree has learnt some of it. So,
 * by Cauchy-Schwarz and by A' ≥ A/κ, B' ≥ B/κ,
 *
 *   √γ' ≤ √κ ((1 + α)√γ + |r|),   α = ⟨Δv, v⟩ / ⟨v, v⟩,   κ = max(1, max h/h')
 *
 * for every threshold of every feature at once. A node therefore keeps √γ of each feature and evaluates only those
 * whose bound reaches the best score. The drift is kept as growth × (key + clock), so that a round changes two
 * numbers and not a key per feature.
 *
 * In small nodes many features part the entries exactly alike, tie, and would all have to be evaluated. Behind the
 * feature that won last time (the seed) such a tie loses; so keys may leave out that one partition. They carry a
 * mark in their lowest bit, and are void when seed or partition change.
 *
 * Thresholds whose lesser side is just short of `min_child_weight` count in bounds, since a hessian may grow. In small
 * nodes they often beat the best admissible score, and their features would have to be evaluated in every round; so
 * their keys may leave these thresholds out too. Such keys carry a mark in their second bit, and are void as soon as
 * the hessians may have grown enough.
 */

/** Room for rounding to f32 and for the mark, relative. */
const KEY_ROOM = 2 ** -20;
/** Bounds are not shrunk faster than this, so that growth stays a number to divide by. */
const MIN_ALPHA = -0.5;
/** Marks in a key's lowest bits. */
const TIE_MARK = 1;
const LATENT_MARK = 2;
const ALL_MARKS = TIE_MARK | LATENT_MARK;
/** Growth that is never reached. */
const NEVER = 1e300;
/** Any bound; larger than every √gain, and without marks. */
const UNKNOWN_KEY = 2 ** 100;

/**
 * Carries the kept bounds of a node over to the present sums.
 * @returns false if they cannot be used: another node's, or the hessians have changed too much
 */
export function carryBounds({ i32, u32, f64, context }: KernelViews, node: number): boolean {
  const count = i32[2 * node + NODE_COUNT]!;
  const start = i32[2 * node + NODE_START]!;
  const history = i32[2 * node + NODE_HISTORY]! >>> 3;
  const historyQuery = (i32[2 * node + NODE_HISTORY]! + 16 * count) >>> 2;
  const queries = (context[CONTEXT_NODE_QUERIES]! >>> 2) + i32[2 * node + NODE_QUERIES]!;
  const sums = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * start;
  const center = f64[node + NODE_CENTER]!;
  const oldCenter = f64[node + NODE_OLD_CENTER]!;
  const shift = center - oldCenter;
  const lambda = context[CONTEXT_LAMBDA]!;
  // ⟨v, v⟩, ⟨Δv, v⟩ and ⟨Δv, Δv⟩.
  let squaredNorm = 2 * lambda * oldCenter * oldCenter;
  let product = 2 * lambda * shift * oldCenter;
  let squaredDrift = 2 * lambda * shift * shift;
  let leastRatio = 1;
  let largestRatio = 1;
  for (let entry = 0; entry < count; entry++) {
    if (u32[queries + entry]! !== u32[historyQuery + entry]!) return false;
    const gradient = f64[sums + 2 * entry]!;
    const hessian = f64[sums + 2 * entry + 1]!;
    const oldHessian = f64[history + 2 * entry + 1]!;
    const centered = f64[history + 2 * entry]! + oldCenter * oldHessian;
    const change = gradient + center * hessian - centered;
    const inverse = 1 / oldHessian;
    squaredNorm += centered * centered * inverse;
    product += change * centered * inverse;
    squaredDrift += change * change * inverse;
    const ratio = hessian * inverse;
    leastRatio = Math.min(leastRatio, ratio);
    largestRatio = Math.max(largestRatio, ratio);
    f64[history + 2 * entry] = gradient;
    f64[history + 2 * entry + 1] = hessian;
  }
  const alpha = squaredNorm > 0 ? Math.max(product / squaredNorm, MIN_ALPHA) : 0;
  const squaredRest = squaredDrift - 2 * alpha * product + alpha * alpha * squaredNorm;
  const room = ROUNDING_ROOM * (squaredDrift + alpha * alpha * squaredNorm);
  const growth = f64[node + NODE_GROWTH]! * (1 + alpha) * (1 + ROUNDING_ROOM);
  f64[node + NODE_OLD_CENTER] = center;
  f64[node + NODE_CLOCK]! += (Math.sqrt(Math.max(squaredRest, 0) + room) / growth) * (1 + 1e-9);
  f64[node + NODE_GROWTH] = growth * Math.sqrt(1 / leastRatio) * (1 + ROUNDING_ROOM);
  f64[node + NODE_HESSIAN_GROWTH]! *= largestRatio * (1 + ROUNDING_ROOM);
  return f64[node + NODE_HESSIAN_GROWTH]! <= HESSIAN_GROWTH_LIMIT;
}

/** Starts a node's history: its present sums and queries. */
export function startBounds({ i32, u32, f64, context }: KernelViews, node: number): void {
  const count = i32[2 * node + NODE_COUNT]!;
  const start = i32[2 * node + NODE_START]!;
  const sums = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * start;
  const queries = (context[CONTEXT_NODE_QUERIES]! >>> 2) + i32[2 * node + NODE_QUERIES]!;
  f64.copyWithin(i32[2 * node + NODE_HISTORY]! >>> 3, sums, sums + 2 * count);
  u32.copyWithin((i32[2 * node + NODE_HISTORY]! + 16 * count) >>> 2, queries, queries + count);
  f64[node + NODE_OLD_CENTER] = f64[node + NODE_CENTER]!;
  f64[node + NODE_GROWTH] = 1;
  f64[node + NODE_CLOCK] = 0;
  f64[node + NODE_HESSIAN_GROWTH] = 1;
  f64[node + NODE_TIE_MASK] = 0;
  f64[node + NODE_TIE_FEATURE] = -1;
  f64[node + NODE_LATENT_GROWTH] = NEVER;
}

/** The key of a feature whose best score is `gain`, rounded up. */
function toKey({ f64 }: KernelViews, node: number, gain: number): number {
  const centered = Math.max(gain * (1 + ROUNDING_ROOM) - f64[node + NODE_BASE]!, 0);
  const key = Math.sqrt(centered) / f64[node + NODE_GROWTH]! - f64[node + NODE_CLOCK]!;
  return Math.fround(key + Math.abs(key) * KEY_ROOM + 1e-30);
}

/** Keys below this cannot reach the score `gain`. */
function computeThreshold({ f64 }: KernelViews, node: number, gain: number): number {
  const centered = Math.max(gain * (1 - ROUNDING_ROOM) - f64[node + NODE_BASE]!, 0);
  const threshold = Math.sqrt(centered) / f64[node + NODE_GROWTH]! - f64[node + NODE_CLOCK]!;
  return threshold - Math.abs(threshold) * KEY_ROOM;
}

/** Writes a key with its marks. */
export function storeKey(
  views: KernelViews,
  node: number,
  feature: number,
  gain: number,
  marks: number,
): void {
  const key = (views.i32[2 * node + NODE_KEYS]! >>> 2) + feature;
  views.f32[key] = toKey(views, node, gain);
  views.i32[key] = (views.i32[key]! & ~ALL_MARKS) | marks;
}

/** Makes keys void that carry one of the given marks. */
function voidKeys({ i32, f32, context }: KernelViews, node: number, marks: number): void {
  const keys = i32[2 * node + NODE_KEYS]! >>> 2;
  const end = keys + context[CONTEXT_FEATURES]!;
  for (let key = keys; key < end; key++) if ((i32[key]! & marks) !== 0) f32[key] = UNKNOWN_KEY;
}

/** Finds the best query split of a node whose bounds were carried over. */
export function evaluateLazily(views: KernelViews, node: number, evaluator: FeatureEvaluator): void {
  const { i32, f32, f64, context } = views;
  const features = context[CONTEXT_FEATURES]!;
  const keys = i32[2 * node + NODE_KEYS]! >>> 2;
  const seed = f64[node + NODE_SEED]!;
  const parted = i32[2 * node + NODE_COUNT]! <= TIE_ENTRIES;
  let evaluated = 0;
  let excluded = 0;
  evaluator.load(node);
  if (seed >= 0) {
    evaluated++;
    if (parted) {
      evaluator.evaluateParted(seed, 0);
      excluded = evaluator.bestMask;
      storeKey(views, node, seed, Math.max(evaluator.gainWithExcluded, evaluator.latentGain), 0);
    } else storeKey(views, node, seed, evaluator.evaluate(seed, 0), 0);
  }
  if (parted && (f64[node + NODE_TIE_MASK] !== excluded || f64[node + NODE_TIE_FEATURE] !== seed)) {
    voidKeys(views, node, TIE_MARK);
    f64[node + NODE_TIE_MASK] = excluded;
    f64[node + NODE_TIE_FEATURE] = seed;
  }
  if (f64[node + NODE_HESSIAN_GROWTH]! >= f64[node + NODE_LATENT_GROWTH]!) {
    voidKeys(views, node, LATENT_MARK);
    f64[node + NODE_LATENT_GROWTH] = NEVER;
  }
  let best = evaluator.bestGain;
  let threshold = computeThreshold(views, node, best);
  for (let feature = 0; feature < features; feature++) {
    if (f32[keys + feature]! < threshold || feature === seed) continue;
    evaluated++;
    if (parted) evaluateFeatureLazily(views, node, evaluator, feature, feature > seed ? excluded : 0);
    else storeKey(views, node, feature, evaluator.evaluate(feature, 0), 0);
    if (evaluator.bestGain > best) {
      best = evaluator.bestGain;
      threshold = computeThreshold(views, node, best);
    }
  }
  evaluator.store(node, evaluated);
  if (evaluator.bestFeature >= 0) f64[node + NODE_SEED] = evaluator.bestFeature;
}

function evaluateFeatureLazily(
  views: KernelViews,
  node: number,
  evaluator: FeatureEvaluator,
  feature: number,
  excluded: number,
): void {
  const { f64, context } = views;
  const gain = evaluator.evaluateParted(feature, excluded);
  const { latentGain, latentHessian } = evaluator;
  let marks = evaluator.gainWithExcluded > gain ? TIE_MARK : 0;
  if (latentGain > gain && latentGain >= evaluator.bestGain * (1 - ROUNDING_ROOM)) {
    marks |= LATENT_MARK;
    const growth = (f64[node + NODE_HESSIAN_GROWTH]! * context[CONTEXT_MIN_CHILD]!) / latentHessian;
    f64[node + NODE_LATENT_GROWTH] = Math.min(f64[node + NODE_LATENT_GROWTH]!, growth * (1 - 1e-9));
    storeKey(views, node, feature, gain, marks);
  } else storeKey(views, node, feature, Math.max(gain, latentGain), marks);
}
