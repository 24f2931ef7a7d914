/** Coefficients of formula 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions. */
const COEFFICIENTS = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429] as const;

/** Probability that a standard normal variable is at most z; off by less than 1e-7. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = COEFFICIENTS.reduceRight((sum, coefficient) => (sum + coefficient) * t, 0);
  const beyond = (polynomial * Math.exp(-x * x)) / 2;
  return z < 0 ? beyond : 1 - beyond;
}
