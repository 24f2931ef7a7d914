import type { BoosterModel } from "../../../src/reward/gbdt/booster-model.ts";
import { nextFloat32 } from "../../../src/reward/gbdt/formats/next-float.ts";
import { toProbability } from "../../../src/reward/gbdt/loss.ts";
import { GbdtScorer } from "../../../src/reward/gbdt/scorer.ts";
import type { DenseFeatures } from "../../../src/types/index.ts";
import type { ExampleProblem } from "./example-problem.ts";

/** Number of query columns, and of prompt columns, in the tests of formats. */
export const EXAMPLE_COLUMNS = 7;

/** Queries and prompts on and right beside the thresholds of a model, where `<` and `≤` differ. */
export function edgeFeatures(model: BoosterModel): { queries: DenseFeatures; prompts: DenseFeatures } {
  const cuts = Array.from({ length: 2 * EXAMPLE_COLUMNS }, (): number[] => [0]);
  for (const { feature, threshold } of model.trees)
    feature.forEach((index, node) => {
      if (index >= 0) cuts[index]!.push(threshold[node]!);
    });
  const matrix = (rows: number, first: number): DenseFeatures => ({
    kind: "dense",
    rows,
    columns: EXAMPLE_COLUMNS,
    values: Float32Array.from({ length: rows * EXAMPLE_COLUMNS }, (_, entry) => {
      const own = cuts[first + (entry % EXAMPLE_COLUMNS)]!;
      const row = Math.floor(entry / EXAMPLE_COLUMNS);
      const cut = own[row % own.length]!;
      return [cut, nextFloat32(cut), -nextFloat32(-cut)][row % 3]!;
    }),
  });
  return { queries: matrix(90, 0), prompts: matrix(7, EXAMPLE_COLUMNS) };
}

/** Every pair as one row of features for a library, and what our scorer says of it. */
export interface FlatPairs {
  readonly features: { readonly rows: number; readonly columns: number; readonly values: Float32Array };
  /** Probabilities of logistic models, margins of others: what the libraries predict. */
  readonly ours: Float64Array;
}

export function flattenPairs(
  model: BoosterModel,
  { queries, prompts }: Pick<ExampleProblem, "queries" | "prompts">,
): FlatPairs {
  const rows = queries.rows * prompts.rows;
  const columns = queries.columns + prompts.columns;
  const values = new Float32Array(rows * columns);
  const makeRow = (features: DenseFeatures, row: number): Float32Array =>
    features.values.subarray(row * features.columns, (row + 1) * features.columns);
  for (let row = 0; row < rows; row++) {
    values.set(makeRow(queries, Math.floor(row / prompts.rows)), row * columns);
    values.set(makeRow(prompts, row % prompts.rows), row * columns + queries.columns);
  }
  const scorer = new GbdtScorer(model);
  const margins = scorer.score(queries, scorer.prepare(prompts));
  const { objective } = model;
  const ours =
    objective === "binary:logistic" ? margins.map((margin) => toProbability(objective, margin)) : margins;
  return { features: { rows, columns, values }, ours };
}

/** The most two lists of numbers differ anywhere; infinite where they have different lengths or hold NaN. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(found[index]! - expected[index]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
