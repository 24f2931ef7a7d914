import { ShapeError } from "../errors.ts";

/** Where each unit's cluster stands among the clusters that occur, in ascending order of their numbers. */
export interface ClusterPlaces {
  /** One entry a unit, in [0, count). */
  readonly places: Int32Array;
  /** Number of different clusters. */
  readonly count: number;
}

/** A weighted mean as sums by cluster: the mean is Σ numerators / Σ denominators. */
export interface ClusterSums {
  /** Σ weight · value over the cluster's units that count. */
  readonly numerators: Float64Array;
  /** Σ weight over the cluster's units that count; 0 where none does. */
  readonly denominators: Float64Array;
  /** Units that count, over all clusters. */
  readonly units: number;
}

/** Numbers the clusters that occur from 0, in ascending order, so that the order of the units never matters. */
export function clusterPlaces(clusters: Int32Array): ClusterPlaces {
  const numbers = Int32Array.from(new Set(clusters)).sort();
  const placeOf = new Map<number, number>();
  for (let place = 0; place < numbers.length; place++) placeOf.set(numbers[place]!, place);
  const places = new Int32Array(clusters.length);
  for (let unit = 0; unit < clusters.length; unit++) places[unit] = placeOf.get(clusters[unit]!)!;
  return { places, count: numbers.length };
}

/**
 * Sums values by cluster. A unit whose value is NaN, or whose weight is 0, does not count.
 * @throws ShapeError where the lengths differ or a weight is negative or not finite
 */
export function sumByCluster(
  values: Float64Array,
  weights: Float64Array,
  clusters: ClusterPlaces,
): ClusterSums {
  if (values.length !== weights.length || values.length !== clusters.places.length) {
    throw new ShapeError(
      `values, weights and clusters must have one entry a unit, found ${values.length}, ${weights.length} and ${clusters.places.length}`,
    );
  }
  const numerators = new Float64Array(clusters.count);
  const denominators = new Float64Array(clusters.count);
  let units = 0;
  for (let unit = 0; unit < values.length; unit++) {
    const value = values[unit]!;
    const weight = weights[unit]!;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new ShapeError(`weight ${weight} of unit ${unit} must be a finite number of at least 0`);
    }
    if (Number.isNaN(value) || weight === 0) continue;
    const place = clusters.places[unit]!;
    numerators[place] = numerators[place]! + weight * value;
    denominators[place] = denominators[place]! + weight;
    units++;
  }
  return { numerators, denominators, units };
}

/** The weighted mean; NaN where no unit counts. */
export function meanOfSums(sums: ClusterSums): number {
  let numerator = 0;
  let denominator = 0;
  for (let place = 0; place < sums.numerators.length; place++) {
    numerator += sums.numerators[place]!;
    denominator += sums.denominators[place]!;
  }
  return numerator / denominator;
}

/** The share of the mean's error each cluster answers for: numerator − mean · denominator. */
export function clusterInfluences(sums: ClusterSums): Float64Array {
  const mean = meanOfSums(sums);
  return sums.numerators.map((numerator, place) => numerator - mean * sums.denominators[place]!);
}
