/**
 * What choices are worth, by all labels of the log.
 * @param log as exported
 * @param runs one a seed: `{ chosen, fixed }`, columns of the log's prompts, one a question
 * @returns each question's reward of the choice minus that of the fixed prompt, averaged over the seeds; NaN where
 *   either is not labelled in some seed
 */
export function meanGains({ rewards }, runs) {
  return Float64Array.from(rewards, (row, question) => {
    let sum = 0;
    for (const { chosen, fixed } of runs) {
      const [won, without] = [row[chosen[question]], row[fixed[question]]];
      sum += won === null || without === null ? Number.NaN : won - without;
    }
    return sum / runs.length;
  });
}

/** @returns `{ gain, ci95 }`, clustered by group, normal; in points */
export function gainOf(gains, groups, { clusteredMean }) {
  const { mean, standardError } = clusteredMean(gains, new Float64Array(gains.length).fill(1), groups);
  const half = 1.96 * standardError;
  return { gain: 100 * mean, ci95: [100 * (mean - half), 100 * (mean + half)] };
}

/**
 * Ours against each peer on the same questions and folds: mean difference in points, interval, and two-sided p, normal,
 * clustered by group, p corrected by Holm over the peers of one log.
 * @param ours gains of each question, of `meanGains`
 * @param peers `[name, gains]`, over the same fixed prompts
 * @returns for each name `{ difference, ci95, p, holm }`
 */
export function comparePeers(ours, peers, groups, parts) {
  const compared = peers.map(([name, gains]) => {
    const difference = ours.map((gain, question) => gain - gains[question]);
    const { gain, ci95 } = gainOf(difference, groups, parts);
    const standardError = (ci95[1] - gain) / 1.96;
    return { name, difference: gain, ci95, p: standardError > 0 ? twoSided(gain / standardError) : 1 };
  });
  const byP = [...compared].sort((one, other) => one.p - other.p);
  let corrected = 0;
  byP.forEach((one, rank) => {
    corrected = Math.max(corrected, Math.min(1, one.p * (byP.length - rank)));
    one.holm = corrected;
  });
  return Object.fromEntries(compared.map(({ name, ...rest }) => [name, rest]));
}

/** Of a standard normal; Abramowitz and Stegun 7.1.26, error below 2e-7. */
function twoSided(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return polynomial * Math.exp(-x * x);
}
