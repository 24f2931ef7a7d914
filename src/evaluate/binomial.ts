/** Terms this much smaller than the sum so far no longer change it. */
const NEGLIGIBLE = 1e-18;

/**
 * P(X ≤ `most`) for X binomial(`trials`, `probability`). Sums from the largest term outwards and stops where terms
 * vanish, about √`trials` of them, in whichever tail lies away from the mean; good to some 1e-10 at any size.
 */
export function binomialLowerTail(most: number, trials: number, probability: number): number {
  if (most < 0) return 0;
  if (most >= trials || probability <= 0) return 1;
  if (probability >= 1) return 0;
  const odds = probability / (1 - probability);
  if (most < trials * probability) {
    let term = binomialProbability(most, trials, probability);
    let sum = term;
    for (let count = most; count > 0 && term > NEGLIGIBLE * sum; count--) {
      term *= count / ((trials - count + 1) * odds);
      sum += term;
    }
    return Math.min(1, sum);
  }
  let term = binomialProbability(most + 1, trials, probability);
  let sum = term;
  for (let count = most + 1; count < trials && term > NEGLIGIBLE * sum; count++) {
    term *= ((trials - count) * odds) / (count + 1);
    sum += term;
  }
  return Math.max(0, 1 - sum);
}

/** P(X = `count`), 0 < probability < 1, through logarithms so that nothing overflows. */
function binomialProbability(count: number, trials: number, probability: number): number {
  const logChoices = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count);
  return Math.exp(logChoices + count * Math.log(probability) + (trials - count) * Math.log1p(-probability));
}

/** ln n!, exactly summed below 20, by Stirling's series above (Abramowitz & Stegun 6.1.41; error below 1e-13). */
function logFactorial(count: number): number {
  if (count < 20) {
    let product = 1;
    for (let factor = 2; factor <= count; factor++) product *= factor;
    return Math.log(product);
  }
  const inverse = 1 / count;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (count + 0.5) * Math.log(count) - count + 0.5 * Math.log(2 * Math.PI) + series;
}
