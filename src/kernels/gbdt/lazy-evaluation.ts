import type { FeatureEvaluator } from "./feature-evaluator.ts";
import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_ENTRY_QUERY,
  CONTEXT_ENTRY_SUM,
  CONTEXT_FEATURES,
  CONTEXT_LAMBDA,
  HESSIAN_GROWTH_LIMIT,
  NODE_BASE,
  NODE_CENTRE,
  NODE_CLOCK,
  NODE_COUNT,
  NODE_GROWTH,
  NODE_HESSIAN_GROWTH,
  NODE_HISTORY,
  NODE_KEYS,
  NODE_OLD_CENTRE,
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
 * Let u = g + w̄h be a node's centred gradients, w̄ = -G/(H + 2λ), and U, A, B the sums of u and h left and right
 * of a threshold, λ included on both sides. Its score is G²/(H + 2λ) + γ, and √γ = |⟨v, φ⟩| with a unit vector φ
 * that depends on h alone and v = (u/√h for every entry, w̄√λ twice). So from one round to the next, by
 * Cauchy-Schwarz and by A' ≥ A/κ, B' ≥ B/κ,
 *
 *   √γ' ≤ √κ (√γ + D),   D² = Σ (Δu)²/h + 2λ(Δw̄)²,   κ = max(1, max h/h')
 *
 * for every threshold of every feature at once. A node therefore keeps √γ of each feature and evaluates only those
 * whose bound reaches the best score. The drift is kept as growth × (key + clock), so that a round changes two
 * numbers and not a key per feature.
 *
 * In small nodes many features part the entries exactly alike, tie, and would all have to be evaluated. Behind the
 * feature that won last time (the seed) such a tie loses; so keys may leave out that one partition. They carry a
 * mark in their lowest bit, and are void when seed or partition change.
 */

/** Room for rounding to f32 and for the mark, relative. */
const KEY_ROOM = 2 ** -20;
/** Any bound; larger than every √gain, and with the lowest bit clear. */
const UNKNOWN_KEY = 2 ** 100;

/**
 * Carries the kept bounds of a node over to the present sums.
 * @returns false if they cannot be used: another node's, or the hessians have changed too much
 */
export function carryBounds({ f64, u32, context }: KernelViews, node: number): boolean {
  const count = f64[node + NODE_COUNT]!;
  const start = f64[node + NODE_START]!;
  const history = f64[node + NODE_HISTORY]! >> 3;
  const historyQuery = (f64[node + NODE_HISTORY]! + 16 * count) >> 2;
  const queries = (context[CONTEXT_ENTRY_QUERY]! >> 2) + start;
  const sums = (context[CONTEXT_ENTRY_SUM]! >> 3) + 2 * start;
  const centre = f64[node + NODE_CENTRE]!;
  const oldCentre = f64[node + NODE_OLD_CENTRE]!;
  let squaredDrift = 2 * context[CONTEXT_LAMBDA]! * (centre - oldCentre) ** 2;
  let shrink = 1;
  let growth = 1;
  for (let entry = 0; entry < count; entry++) {
    if (u32[queries + entry]! !== u32[historyQuery + entry]!) return false;
    const gradient = f64[sums + 2 * entry]!;
    const hessian = f64[sums + 2 * entry + 1]!;
    const oldGradient = f64[history + 2 * entry]!;
    const oldHessian = f64[history + 2 * entry + 1]!;
    const change = gradient + centre * hessian - (oldGradient + oldCentre * oldHessian);
    squaredDrift += (change * change) / oldHessian;
    const ratio = oldHessian / hessian;
    if (ratio > shrink) shrink = ratio;
    else if (ratio < growth) growth = ratio;
    f64[history + 2 * entry] = gradient;
    f64[history + 2 * entry + 1] = hessian;
  }
  f64[node + NODE_OLD_CENTRE] = centre;
  f64[node + NODE_CLOCK]! += (Math.sqrt(squaredDrift) / f64[node + NODE_GROWTH]!) * (1 + 1e-9);
  f64[node + NODE_GROWTH]! *= Math.sqrt(shrink) * (1 + 1e-12);
  f64[node + NODE_HESSIAN_GROWTH]! /= growth;
  return f64[node + NODE_HESSIAN_GROWTH]! <= HESSIAN_GROWTH_LIMIT;
}

/** Starts a node's history: its present sums and queries. */
export function startBounds({ f64, u32, context }: KernelViews, node: number): void {
  const count = f64[node + NODE_COUNT]!;
  const start = f64[node + NODE_START]!;
  const sums = (context[CONTEXT_ENTRY_SUM]! >> 3) + 2 * start;
  const queries = (context[CONTEXT_ENTRY_QUERY]! >> 2) + start;
  f64.copyWithin(f64[node + NODE_HISTORY]! >> 3, sums, sums + 2 * count);
  u32.copyWithin((f64[node + NODE_HISTORY]! + 16 * count) >> 2, queries, queries + count);
  f64[node + NODE_OLD_CENTRE] = f64[node + NODE_CENTRE]!;
  f64[node + NODE_GROWTH] = 1;
  f64[node + NODE_CLOCK] = 0;
  f64[node + NODE_HESSIAN_GROWTH] = 1;
  f64[node + NODE_TIE_MASK] = 0;
  f64[node + NODE_TIE_FEATURE] = -1;
}

/** The key of a feature whose best score is `gain`, rounded up. */
export function keyOf({ f64 }: KernelViews, node: number, gain: number): number {
  const centred = Math.max(gain * (1 + ROUNDING_ROOM) - f64[node + NODE_BASE]!, 0);
  const key = Math.sqrt(centred) / f64[node + NODE_GROWTH]! - f64[node + NODE_CLOCK]!;
  return Math.fround(key + Math.abs(key) * KEY_ROOM + 1e-30);
}

/** Keys below this cannot reach the score `gain`. */
function thresholdOf({ f64 }: KernelViews, node: number, gain: number): number {
  const centred = Math.max(gain * (1 - ROUNDING_ROOM) - f64[node + NODE_BASE]!, 0);
  const threshold = Math.sqrt(centred) / f64[node + NODE_GROWTH]! - f64[node + NODE_CLOCK]!;
  return threshold - Math.abs(threshold) * KEY_ROOM;
}

/** Finds the best query split of a node whose bounds were carried over. */
export function evaluateLazily(views: KernelViews, node: number, evaluator: FeatureEvaluator): void {
  const { f64, f32, i32, context } = views;
  const features = context[CONTEXT_FEATURES]!;
  const keys = f64[node + NODE_KEYS]! >> 2;
  const seed = f64[node + NODE_SEED]!;
  const parted = f64[node + NODE_COUNT]! <= TIE_ENTRIES;
  let evaluated = 0;
  let excluded = 0;
  evaluator.load(node);
  if (seed >= 0) {
    evaluated++;
    if (parted) {
      evaluator.evaluateParted(seed, 0);
      excluded = evaluator.bestMask;
      f32[keys + seed] = keyOf(views, node, evaluator.gainWithExcluded);
    } else f32[keys + seed] = keyOf(views, node, evaluator.evaluate(seed, 0));
    i32[keys + seed]! &= ~1;
  }
  if (parted && (f64[node + NODE_TIE_MASK] !== excluded || f64[node + NODE_TIE_FEATURE] !== seed)) {
    for (let key = keys; key < keys + features; key++) if ((i32[key]! & 1) === 1) f32[key] = UNKNOWN_KEY;
    f64[node + NODE_TIE_MASK] = excluded;
    f64[node + NODE_TIE_FEATURE] = seed;
  }
  let best = evaluator.bestGain;
  let threshold = thresholdOf(views, node, best);
  for (let feature = 0; feature < features; feature++) {
    if (f32[keys + feature]! < threshold || feature === seed) continue;
    evaluated++;
    let marked = false;
    if (parted) {
      const gain = evaluator.evaluateParted(feature, feature > seed ? excluded : 0);
      marked = evaluator.gainWithExcluded > gain;
      f32[keys + feature] = keyOf(views, node, gain);
    } else f32[keys + feature] = keyOf(views, node, evaluator.evaluate(feature, 0));
    i32[keys + feature] = marked ? i32[keys + feature]! | 1 : i32[keys + feature]! & ~1;
    if (evaluator.bestGain > best) {
      best = evaluator.bestGain;
      threshold = thresholdOf(views, node, best);
    }
  }
  evaluator.store(node, evaluated);
  if (evaluator.bestFeature >= 0) f64[node + NODE_SEED] = evaluator.bestFeature;
}
