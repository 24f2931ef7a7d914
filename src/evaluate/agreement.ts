import { ShapeError } from "../errors.ts";
import type { Interval } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { clusterPlaces } from "./cluster-sums.ts";
import { meanInterval } from "./mean-interval.ts";
import { quantileOfSorted } from "./quantile.ts";
import type { BootstrapOptions } from "./resample-means.ts";

/** How far two judgements of the same units agree. */
export interface Agreement {
  readonly units: number;
  /** Clusters with at least one unit. */
  readonly clusters: number;
  /** Share of the units on which both say the same. */
  readonly accuracy: number;
  readonly accuracyCi95: Interval;
  /** Agreement beyond chance: 0 where it is chance, 1 where it is perfect; null where both always say the same one thing. */
  readonly kappa: number | null;
  readonly kappaCi95: Interval | null;
}

/**
 * Accuracy and Cohen's kappa, (pₒ − pₑ) / (1 − pₑ) with pₑ the agreement of independent judgements of the same
 * frequencies (Cohen, Educational and Psychological Measurement 1960). Kappa's interval is the wider, at each end, of the
 * percentile cluster bootstrap, which is void where a few units happen to agree perfectly, and of accuracy's interval at
 * fixed pₑ.
 * @param judged class of each unit, ≥ 0
 * @param known class of each unit, ≥ 0
 * @param clusters the cluster's number of each unit; units of one cluster are drawn together
 * @returns null without units
 * @throws ShapeError where the lengths differ
 */
export function agreement(
  judged: Int32Array,
  known: Int32Array,
  clusters: Int32Array,
  options: BootstrapOptions,
): Agreement | null {
  const units = judged.length;
  if (known.length !== units || clusters.length !== units)
    throw new ShapeError(
      `judged, known and clusters must have one entry a unit, found ${units}, ${known.length} and ${clusters.length}`,
    );
  const agrees = Float64Array.from(judged, (value, unit) => (value === known[unit] ? 1 : 0));
  const estimate = meanInterval(
    { values: agrees, bounds: [0, 1] },
    new Float64Array(units).fill(1),
    clusters,
    options,
  );
  if (estimate === null) return null;
  const classes =
    1 + [judged, known].reduce((most, column) => column.reduce((a, b) => Math.max(a, b), most), 0);
  const { places, count } = clusterPlaces(clusters);
  const tables = Array.from({ length: count }, () => new Float64Array(classes * classes));
  for (let unit = 0; unit < units; unit++)
    tables[places[unit]!]![judged[unit]! * classes + known[unit]!]! += 1;
  const whole = sumTables(tables, classes);
  const { kappa, byChance } = computeKappa(whole, classes);
  return {
    units,
    clusters: count,
    accuracy: estimate.mean,
    accuracyCi95: estimate.interval,
    kappa: Number.isNaN(kappa) ? null : kappa,
    kappaCi95: Number.isNaN(kappa)
      ? null
      : kappaInterval(tables, classes, estimate.interval, byChance, options),
  };
}

function kappaInterval(
  tables: readonly Float64Array[],
  classes: number,
  accuracy: Interval,
  byChance: number,
  { seed, resamples = 2000 }: BootstrapOptions,
): Interval {
  const random = seededRandom(seed);
  const drawn = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    const draw = Array.from(tables, () => tables[random.nextInteger(tables.length)]!);
    drawn[resample] = computeKappa(sumTables(draw, classes), classes).kappa;
  }
  const ascending = drawn.filter((kappa) => !Number.isNaN(kappa)).sort();
  // At fixed chance a low accuracy would go below what kappa can be.
  const [lower, upper] = accuracy.map((bound) => Math.max(-1, (bound - byChance) / (1 - byChance))) as [
    number,
    number,
  ];
  if (ascending.length === 0) return [lower, upper];
  return [
    Math.min(lower, quantileOfSorted(ascending, 0.025)),
    Math.max(upper, quantileOfSorted(ascending, 0.975)),
  ];
}

function sumTables(tables: readonly Float64Array[], classes: number): Float64Array {
  const sum = new Float64Array(classes * classes);
  for (const table of tables) for (let cell = 0; cell < sum.length; cell++) sum[cell]! += table[cell]!;
  return sum;
}

/** Kappa is NaN where both judgements always are one and the same class. */
function computeKappa(
  table: Float64Array,
  classes: number,
): { readonly kappa: number; readonly byChance: number } {
  const rows = new Float64Array(classes);
  const columns = new Float64Array(classes);
  let total = 0;
  let agreed = 0;
  for (let row = 0; row < classes; row++)
    for (let column = 0; column < classes; column++) {
      const count = table[row * classes + column]!;
      rows[row]! += count;
      columns[column]! += count;
      total += count;
      if (row === column) agreed += count;
    }
  let byChance = 0;
  for (let row = 0; row < classes; row++) byChance += (rows[row]! * columns[row]!) / (total * total);
  return { kappa: byChance === 1 ? Number.NaN : (agreed / total - byChance) / (1 - byChance), byChance };
}
