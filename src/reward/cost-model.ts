import { ShapeError } from "../errors.ts";

/** What calls cost, or took, by question and candidate: sums and counts of those the log has, Q × C, row-major. */
export interface LoggedCosts {
  readonly candidates: number;
  readonly sums: Float64Array;
  /** 0 for a pair without any. */
  readonly counts: Float64Array;
}

/** Cost of one call to each candidate: intercept + slope · length of the question, within what was seen. */
export interface CostModel {
  readonly intercepts: readonly number[];
  /** Per character. */
  readonly slopes: readonly number[];
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
}

/** A line through fewer calls than this says less than their mean. */
const MIN_CALLS = 30;

/**
 * A line for each candidate, by least squares: the length of what is sent is known before a call, and what comes back is
 * as long as such questions' answers were. A candidate with few calls, or questions of one length, has its mean.
 * @param lengths Q long, in characters
 * @returns null where some candidate has no logged cost
 */
export function fitCostModel(lengths: Float64Array, costs: LoggedCosts): CostModel | null {
  const { candidates, sums, counts } = costs;
  if (sums.length !== lengths.length * candidates || counts.length !== sums.length)
    throw new ShapeError(
      `costs must be ${lengths.length} × ${candidates} = ${lengths.length * candidates} long, found ${sums.length} and ${counts.length}`,
    );
  const lines = Array.from({ length: candidates }, (_, candidate) => fitLine(lengths, costs, candidate));
  if (lines.some((line) => line === null)) return null;
  const read = (pick: (line: Line) => number): number[] => lines.map((line) => pick(line!));
  return {
    intercepts: read(({ intercept }) => intercept),
    slopes: read(({ slope }) => slope),
    lowest: read(({ lowest }) => lowest),
    highest: read(({ highest }) => highest),
  };
}

/** The same for every question. @param costs one a candidate */
export function constantCosts(costs: readonly number[]): CostModel {
  return { intercepts: costs, slopes: costs.map(() => 0), lowest: costs, highest: costs };
}

/** @returns lengths × candidates, row-major */
export function predictCosts(
  { intercepts, slopes, lowest, highest }: CostModel,
  lengths: Float64Array,
): Float64Array {
  const width = intercepts.length;
  const predicted = new Float64Array(lengths.length * width);
  lengths.forEach((length, row) => {
    for (let candidate = 0; candidate < width; candidate++)
      predicted[row * width + candidate] = Math.min(
        highest[candidate]!,
        Math.max(lowest[candidate]!, intercepts[candidate]! + slopes[candidate]! * length),
      );
  });
  return predicted;
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
  readonly lowest: number;
  readonly highest: number;
}

function fitLine(
  lengths: Float64Array,
  { candidates, sums, counts }: LoggedCosts,
  candidate: number,
): Line | null {
  let calls = 0;
  let lengthSum = 0;
  let costSum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const visit = (use: (length: number, cost: number, count: number) => void): void => {
    for (let query = 0; query < lengths.length; query++) {
      const count = counts[query * candidates + candidate]!;
      if (count > 0) use(lengths[query]!, sums[query * candidates + candidate]! / count, count);
    }
  };
  visit((length, cost, count) => {
    calls += count;
    lengthSum += count * length;
    costSum += count * cost;
    lowest = Math.min(lowest, cost);
    highest = Math.max(highest, cost);
  });
  if (calls === 0) return null;
  const lengthMean = lengthSum / calls;
  const costMean = costSum / calls;
  let squares = 0;
  let products = 0;
  visit((length, cost, count) => {
    squares += count * (length - lengthMean) ** 2;
    products += count * (length - lengthMean) * (cost - costMean);
  });
  const slope = calls < MIN_CALLS || squares === 0 ? 0 : products / squares;
  return { intercept: costMean - slope * lengthMean, slope, lowest, highest };
}
