/** Candidates' predicted success and cost, U units × C, row-major. */
export interface PricedScores {
  readonly scores: Float64Array;
  readonly costs: Float64Array;
  readonly candidates: number;
}

/** Steps between the worths at which choices change: each moves about as many questions. */
const STEPS = 20;
/** Units looked at, evenly spread; more would say the same. */
const MAX_UNITS = 2000;

/**
 * Worths of a right answer, ascending from 0: at 0 the cheapest candidate is chosen everywhere, at the last one what
 * succeeds most. Between them stand quantiles of the worths at which a unit's dearer candidate overtakes a cheaper one,
 * (c − c′) / (s − s′), so that as many choices change from each to the next. No label is looked at.
 */
export function worthGrid({ scores, costs, candidates }: PricedScores): number[] {
  const units = scores.length / candidates;
  const step = Math.max(1, Math.floor(units / MAX_UNITS));
  const crossings: number[] = [];
  for (let unit = 0; unit < units; unit += step) {
    const start = unit * candidates;
    for (let one = 0; one < candidates; one++)
      for (let other = 0; other < candidates; other++) {
        const dearer = costs[start + one]! - costs[start + other]!;
        const better = scores[start + one]! - scores[start + other]!;
        if (dearer > 0 && better > 0) crossings.push(dearer / better);
      }
  }
  crossings.sort((one, other) => one - other);
  const grid = new Set([0]);
  if (crossings.length > 0) {
    for (let k = 0; k <= STEPS; k++) grid.add(crossings[Math.round((k / STEPS) * (crossings.length - 1))]!);
    // Beyond the last crossing, where nothing changes any more.
    grid.add(crossings.at(-1)! * 2);
  }
  return [...grid].sort((one, other) => one - other);
}

/**
 * The candidate worth most: the largest worth · score − cost; of equals the cheaper, then the first.
 * @param start where the unit's row begins
 */
export function worthiestCandidate(
  { scores, costs, candidates }: PricedScores,
  start: number,
  worth: number,
): number {
  let best = 0;
  for (let column = 1; column < candidates; column++) {
    const ahead =
      worth * (scores[start + column]! - scores[start + best]!) -
      (costs[start + column]! - costs[start + best]!);
    if (ahead > 0 || (ahead === 0 && costs[start + column]! < costs[start + best]!)) best = column;
  }
  return best;
}
