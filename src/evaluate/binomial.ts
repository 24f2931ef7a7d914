/**
 * P(X ≤ `most`) for X binomial(`trials`, `probability`), summed in logarithms so that no term overflows; `trials`
 * terms, exact to rounding up to some millions.
 */
export function binomialLowerTail(most: number, trials: number, probability: number): number {
  if (most < 0) return 0;
  if (most >= trials || probability <= 0) return 1;
  if (probability >= 1) return 0;
  const logOdds = Math.log(probability) - Math.log1p(-probability);
  let logTerm = trials * Math.log1p(-probability);
  let sum = Math.exp(logTerm);
  for (let successes = 1; successes <= most; successes++) {
    logTerm += Math.log((trials - successes + 1) / successes) + logOdds;
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
