import { ShapeError } from "../errors.ts";
import type { Interval } from "../types/index.ts";
import { binomialLowerTail } from "./binomial.ts";

const BISECTIONS = 50;

/**
 * The exact interval, at 95 %, of a success probability from independent binary outcomes (Clopper & Pearson,
 * Biometrika 1934): every probability under which the count seen is in neither tail.
 * @param tail probability of each tail; 0.025 gives 95 %
 * @throws ShapeError unless 0 ≤ successes ≤ trials, trials ≥ 1, both whole
 */
export function clopperPearsonInterval(successes: number, trials: number, tail = 0.025): Interval {
  const whole = Number.isInteger(successes) && Number.isInteger(trials);
  if (!whole || trials < 1 || successes < 0 || successes > trials) {
    throw new ShapeError(
      `${successes} successes of ${trials} trials: expected whole numbers with 0 ≤ successes ≤ trials and trials ≥ 1`,
    );
  }
  const rate = successes / trials;
  // P(X ≥ successes) rises with p, P(X ≤ successes) falls.
  const lower =
    successes === 0
      ? 0
      : bisect(0, rate, (probability) => binomialLowerTail(successes - 1, trials, probability) > 1 - tail);
  const upper =
    successes === trials
      ? 1
      : bisect(rate, 1, (probability) => binomialLowerTail(successes, trials, probability) > tail);
  return [lower, upper];
}

/** Where `isBelow` turns from true to false. */
function bisect(from: number, to: number, isBelow: (probability: number) => boolean): number {
  let low = from;
  let high = to;
  for (let halving = 0; halving < BISECTIONS; halving++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
