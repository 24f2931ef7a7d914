import { computeCorrection, type Policy, toProbabilities } from "./doubly-robust.ts";
import type { ObservationDesign } from "./observation-design.ts";

/** How far a log's labels carry to what a policy does. */
export interface Overlap {
  /**
   * Questions whose chosen prompt was observed, counted by what they are worth: (Σ w c)² / Σ (w c)² (Kish). All of them
   * in a complete log.
   */
  readonly effectiveQuestions: number;
  /** Most that one answer stands for, in answers of its kind: the largest c; 0 where none was observed. */
  readonly largestWeight: number;
  /** Weighted share of the questions whose chosen prompt could not have been observed, in [0, 1]. */
  readonly withoutOverlap: number;
  /** Why the policy cannot be estimated; null where it can. */
  readonly reason: string | null;
}

/** Fewer effective questions than this carry no estimate. */
const MIN_EFFECTIVE_QUESTIONS = 10;
/** A larger share of the questions without overlap leaves too much to the predictions. */
const MAX_WITHOUT_OVERLAP = 0.1;
/** Standard errors by which inverse propensities may miss what they must sum to before they are taken as wrong. */
const MAX_DEVIATION = 4;

/**
 * Whether a log tells of a policy. It does not where fewer than 10 effective questions were observed under what the
 * policy chooses, where more than 10 % of the questions could not have been, or where recorded propensities do not sum
 * to what they must, by more than 10 % and 4 standard errors.
 * @param weights one a unit, ≥ 0
 * @throws ShapeError where sizes disagree
 */
export function measureOverlap(design: ObservationDesign, policy: Policy, weights: Float64Array): Overlap {
  const { rewards, supported } = design;
  const { queries, prompts } = rewards;
  const probabilities = toProbabilities(policy, queries, prompts);
  const carried = new Float64Array(queries);
  let total = 0;
  let largestWeight = 0;
  let without = 0;
  for (let unit = 0; unit < queries; unit++) {
    const weight = weights[unit]!;
    if (weight === 0 || Number.isNaN(probabilities[unit * prompts]!)) continue;
    // A question that was never asked is no part of what the log stands for.
    if (Number.isNaN(computeCorrection(rewards, unit * prompts))) continue;
    total += weight;
    for (let cell = unit * prompts; cell < (unit + 1) * prompts; cell++) {
      const probability = probabilities[cell]!;
      if (probability === 0) continue;
      const correction = computeCorrection(rewards, cell);
      carried[unit]! += weight * probability * correction;
      largestWeight = Math.max(largestWeight, correction);
      if (supported[cell] === 0) without += weight * probability;
    }
  }
  const sum = carried.reduce((a, b) => a + b, 0);
  const squares = carried.reduce((a, b) => a + b * b, 0);
  const overlap = {
    effectiveQuestions: squares === 0 ? 0 : sum ** 2 / squares,
    largestWeight,
    withoutOverlap: total === 0 ? 0 : without / total,
  };
  return { ...overlap, reason: failure(design, overlap, carried, total) };
}

function failure(
  { kind, assumption }: ObservationDesign,
  { effectiveQuestions, withoutOverlap }: Omit<Overlap, "reason">,
  carried: Float64Array,
  total: number,
): string | null {
  if (kind === null) return assumption;
  if (withoutOverlap > MAX_WITHOUT_OVERLAP)
    return `For ${percent(withoutOverlap)} of the questions the log holds no answers under the prompt chosen, nor could it: more than ${percent(MAX_WITHOUT_OVERLAP)} rest on predictions alone.`;
  if (kind !== "complete" && effectiveQuestions < MIN_EFFECTIVE_QUESTIONS)
    return `The questions answered under the prompt chosen are worth ${effectiveQuestions.toFixed(1)}, and at least ${MIN_EFFECTIVE_QUESTIONS} are needed.`;
  if (kind !== "column") return null;
  // Each unit's c has the expectation 1, so that the weighted sum of c − 1 has 0.
  const found = carried.reduce((a, b) => a + b, 0) / total;
  const spread = Math.sqrt(carried.reduce((a, b) => a + b * b, 0)) / total;
  if (Math.abs(found - 1) <= Math.max(0.1, MAX_DEVIATION * spread)) return null;
  return `By the recorded propensities the answers under the prompt chosen stand for ${percent(found)} of the questions, where they must for 100 %: some questions could not get it, or the propensities are wrong.`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(fraction < 0.0995 ? 1 : 0)} %`;
}
