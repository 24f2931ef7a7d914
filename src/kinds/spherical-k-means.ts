import type { FeatureMatrix } from "../types/index.ts";
import { type SeededRandom, seededRandom, shuffledIndices } from "../util/index.ts";

/** Clusters of rows by direction. */
export interface Clustering {
  /** Cluster of each row, 0-based; -1 for a row of zeros, which points nowhere. */
  readonly assignment: Int32Array;
  /** Cosine of each row with the center of its cluster; 0 for a row of zeros. */
  readonly similarity: Float64Array;
}

/** How clusters are sought. */
export interface ClusteringOptions {
  /** Number of clusters, ≥ 1; fewer come out where rows coincide. */
  readonly clusters: number;
  readonly seed: number;
}

/** Centers are sought on at most so many rows; more would not move them. */
const MAX_FITTED_ROWS = 600;
const RESTARTS = 2;
const MAX_ROUNDS = 20;
/** A round that adds less than this share to the sum of cosines is the last. */
const MIN_PROGRESS = 1e-4;

/**
 * Spherical k-means (Dhillon and Modha, Machine Learning 42, 2001): rows of length 1 go to the center of highest
 * cosine, centers to the direction of their rows' sum, until nothing moves. Starts as k-means++ does; the best of
 * several starts is kept. On long logs a seeded sample finds the centers and every row is then assigned once.
 * @param features rows of Euclidean length 1, or 0
 */
export function sphericalKMeans(features: FeatureMatrix, options: ClusteringOptions): Clustering {
  const random = seededRandom(options.seed);
  const known = knownRows(features);
  const order = shuffledIndices(known.length, random);
  const fitted = order.subarray(0, MAX_FITTED_ROWS).map((position) => known[position]!);
  let best: { centers: Float64Array[]; total: number } = { centers: [], total: Number.NEGATIVE_INFINITY };
  for (let restart = 0; restart < RESTARTS && fitted.length > 0; restart++) {
    const found = fitCenters(features, fitted, options.clusters, random);
    if (found.total > best.total) best = found;
  }
  return assign(features, best.centers);
}

function assign(features: FeatureMatrix, centers: readonly Float64Array[]): Clustering {
  const assignment = new Int32Array(features.rows).fill(-1);
  const similarity = new Float64Array(features.rows);
  for (const row of knownRows(features)) {
    const nearest = nearestCenter(features, row, centers);
    assignment[row] = nearest.center;
    similarity[row] = nearest.cosine;
  }
  return { assignment, similarity };
}

function fitCenters(
  features: FeatureMatrix,
  rows: Int32Array,
  clusters: number,
  random: SeededRandom,
): { centers: Float64Array[]; total: number } {
  let centers = spreadStarts(features, rows, clusters, random);
  let total = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const sums = centers.map(() => new Float64Array(features.columns));
    let reached = 0;
    for (const row of rows) {
      const { center, cosine } = nearestCenter(features, row, centers);
      addRow(features, row, sums[center]!);
      reached += cosine;
    }
    const progress = reached - total;
    if (progress <= 0) break;
    total = reached;
    if (progress < MIN_PROGRESS * reached) break;
    centers = sums.flatMap((sum) => (normalize(sum) ? [sum] : []));
  }
  return { centers, total };
}

/** k-means++ with cosine distance: each further start is drawn with probability proportional to 1 − cosine. */
function spreadStarts(
  features: FeatureMatrix,
  rows: Int32Array,
  clusters: number,
  random: SeededRandom,
): Float64Array[] {
  const distance = new Float64Array(rows.length).fill(1);
  const centers: Float64Array[] = [];
  while (centers.length < clusters) {
    let remaining = distance.reduce((sum, value) => sum + value, 0) * random.next();
    if (centers.length > 0 && remaining === 0) break;
    let picked = 0;
    while (picked < rows.length - 1 && remaining >= distance[picked]!) remaining -= distance[picked++]!;
    const center = new Float64Array(features.columns);
    addRow(features, rows[picked]!, center);
    centers.push(center);
    for (let index = 0; index < rows.length; index++) {
      const far = Math.max(0, 1 - dot(features, rows[index]!, center));
      // Rows that coincide with a start but for rounding are no further starts.
      distance[index] = Math.min(distance[index]!, far < 1e-6 ? 0 : far);
    }
  }
  return centers;
}

function nearestCenter(
  features: FeatureMatrix,
  row: number,
  centers: readonly Float64Array[],
): { center: number; cosine: number } {
  let center = 0;
  let cosine = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < centers.length; index++) {
    const candidate = dot(features, row, centers[index]!);
    if (candidate > cosine) {
      cosine = candidate;
      center = index;
    }
  }
  return { center, cosine };
}

function findEntries(features: FeatureMatrix, row: number): readonly [start: number, end: number] {
  return features.kind === "dense"
    ? [row * features.columns, (row + 1) * features.columns]
    : [features.rowStart[row]!, features.rowStart[row + 1]!];
}

function dot(features: FeatureMatrix, row: number, center: Float64Array): number {
  const [start, end] = findEntries(features, row);
  const { values } = features;
  let sum = 0;
  if (features.kind === "dense") {
    for (let entry = start; entry < end; entry++) sum += values[entry]! * center[entry - start]!;
  } else {
    const { columnIndex } = features;
    for (let entry = start; entry < end; entry++) sum += values[entry]! * center[columnIndex[entry]!]!;
  }
  return sum;
}

function addRow(features: FeatureMatrix, row: number, sum: Float64Array): void {
  const [start, end] = findEntries(features, row);
  for (let entry = start; entry < end; entry++) {
    const column = features.kind === "dense" ? entry - start : features.columnIndex[entry]!;
    sum[column] = sum[column]! + features.values[entry]!;
  }
}

/** Scales to length 1 in place; false for a vector of zeros. */
function normalize(vector: Float64Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return false;
  const scale = 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index++) vector[index] = vector[index]! * scale;
  return true;
}

/** Rows that are not all zeros, ascending. */
function knownRows(features: FeatureMatrix): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < features.rows; row++) {
    const [start, end] = findEntries(features, row);
    for (let entry = start; entry < end; entry++) {
      if (features.values[entry] !== 0) {
        rows.push(row);
        break;
      }
    }
  }
  return Int32Array.from(rows);
}
