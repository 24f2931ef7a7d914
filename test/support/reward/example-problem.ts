import type { TrainingPlan } from "../../../src/reward/gbdt/training-plan.ts";
import type { DenseFeatures, RewardMatrix } from "../../../src/types/index.ts";
import { seededRandom } from "../../../src/util/index.ts";

/** A plan for tests. */
export const EXAMPLE_PLAN: TrainingPlan = {
  objective: "binary:logistic",
  rounds: 6,
  learningRate: 0.3,
  growth: "depthwise",
  maxDepth: 6,
  maxLeaves: 0,
  lambda: 1,
  minSplitGain: 0,
  minChildWeight: 1,
  pairFraction: 1,
  featureFraction: 1,
  maxBin: 256,
  baseScore: 0.5,
  earlyStoppingRounds: 0,
  seed: 1,
};

/** Something to train on, for tests. */
export interface ExampleProblem {
  readonly queries: DenseFeatures;
  readonly prompts: DenseFeatures;
  readonly rewards: RewardMatrix;
}

/**
 * Success counts that depend on both sides. A tenth of the feature values are ties.
 * @param fill fraction of the pairs that were tried
 * @param repeats most trials of a pair
 */
export function exampleProblem(
  queries: number,
  prompts: number,
  columns: number,
  { fill = 1, repeats = 1, seed = 1 }: { fill?: number; repeats?: number; seed?: number } = {},
): ExampleProblem {
  const random = seededRandom(seed);
  const matrix = (rows: number): DenseFeatures => ({
    kind: "dense",
    rows,
    columns,
    values: Float32Array.from({ length: rows * columns }, () => {
      const value = random.nextNormal();
      return random.next() < 0.1 ? Math.round(value) : value;
    }),
  });
  const x = matrix(queries);
  const z = matrix(prompts);
  const trials = new Float64Array(queries * prompts);
  const successes = new Float64Array(queries * prompts);
  for (let query = 0; query < queries; query++)
    for (let prompt = 0; prompt < prompts; prompt++) {
      if (random.next() >= fill) continue;
      const q = query * columns;
      const p = prompt * columns;
      const margin = x.values[q]! * z.values[p]! + x.values[q + 1]! - 1 + z.values[p + 1]!;
      const pair = query * prompts + prompt;
      trials[pair] = 1 + random.nextInteger(repeats);
      for (let trial = 0; trial < trials[pair]!; trial++)
        successes[pair]! += random.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    }
  return { queries: x, prompts: z, rewards: { queries, prompts, successes, trials } };
}
