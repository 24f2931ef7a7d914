import { describe, expect, test } from "vitest";
import type { DenseFeatures, RewardMatrix } from "../../types/index.ts";
import { seededRandom } from "../../util/index.ts";
import { binQueries } from "./binning.ts";
import { marginOf } from "./loss.ts";
import { trainNaively } from "./trainer-naive.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { Tree } from "./tree.ts";
import { type EngineOptions, TreeTrainer } from "./tree-trainer.ts";

const PLAN: TrainingPlan = {
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

interface Problem {
  queries: DenseFeatures;
  prompts: DenseFeatures;
  rewards: RewardMatrix;
}

/** Success counts that depend on both sides. A tenth of the feature values are ties. */
function makeProblem(
  queries: number,
  prompts: number,
  columns: number,
  { fill = 1, repeats = 1, seed = 1 } = {},
): Problem {
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

function train(
  { queries, prompts, rewards }: Problem,
  plan: TrainingPlan,
  options: Partial<EngineOptions> = {},
) {
  const trainer = new TreeTrainer(binQueries(queries, plan.maxBin), prompts, plan, {
    workers: 1,
    kernels: "typescript",
    cacheBytes: 0,
    ...options,
  });
  const margins = new Float64Array(rewards.queries * rewards.prompts).fill(
    marginOf(plan.objective, plan.baseScore as number),
  );
  const trees: Tree[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const { tree, leaves } = trainer.grow(round, margins, rewards);
    trees.push(tree);
    for (const { queries, prompts, value } of leaves)
      for (const query of queries)
        for (const prompt of prompts.prompts) margins[query * rewards.prompts + prompt]! += value;
  }
  trainer.close();
  return { trees, margins, statistics: trainer.statistics };
}

const CASES: [name: string, problem: Problem, plan: Partial<TrainingPlan>][] = [
  ["one prompt", makeProblem(150, 1, 8), {}],
  ["six prompts", makeProblem(200, 6, 12), {}],
  ["six prompts, small steps", makeProblem(200, 6, 12), { learningRate: 0.01, rounds: 12 }],
  ["12 prompts", makeProblem(150, 12, 9), {}],
  ["30 prompts", makeProblem(60, 30, 6), { maxDepth: 8 }],
  ["partial, with repeats", makeProblem(200, 6, 10, { fill: 0.3, repeats: 4 }), {}],
  ["partial, many prompts", makeProblem(80, 20, 8, { fill: 0.2, repeats: 2 }), {}],
  ["leafwise", makeProblem(200, 6, 10), { growth: "leafwise", maxLeaves: 31, maxDepth: 0 }],
  [
    "leafwise, partial",
    makeProblem(150, 9, 8, { fill: 0.4 }),
    { growth: "leafwise", maxLeaves: 20, maxDepth: 4 },
  ],
  ["leafwise without a limit", makeProblem(100, 3, 6), { growth: "leafwise", maxDepth: 0, rounds: 3 }],
  ["depthwise with few leaves", makeProblem(150, 6, 8), { maxLeaves: 11 }],
  ["no penalty, no least weight", makeProblem(100, 5, 8), { lambda: 0, minChildWeight: 0, rounds: 4 }],
  ["large least weight and gain", makeProblem(200, 6, 8), { minChildWeight: 9, minSplitGain: 1.5 }],
  ["squared error", makeProblem(150, 6, 8, { repeats: 3 }), { objective: "reg:squarederror" }],
  [
    "squared error, leafwise",
    makeProblem(150, 6, 8, { fill: 0.5 }),
    { objective: "reg:squarederror", growth: "leafwise", maxLeaves: 12 },
  ],
  ["sampled pairs", makeProblem(150, 6, 8), { pairFraction: 0.6 }],
  ["sampled features", makeProblem(150, 6, 12), { featureFraction: 0.4 }],
  [
    "both sampled, many prompts",
    makeProblem(60, 20, 10),
    { pairFraction: 0.7, featureFraction: 0.5, growth: "leafwise", maxLeaves: 20 },
  ],
  ["few bins", makeProblem(200, 6, 8), { maxBin: 7 }],
];

describe.each(CASES)("%s", (_name, problem, part) => {
  const plan: TrainingPlan = { ...PLAN, ...part };
  const naive = trainNaively(
    binQueries(problem.queries, plan.maxBin),
    problem.prompts,
    problem.rewards,
    plan,
  );

  test("trees grow at all", () => {
    expect(naive.trees.some((tree) => tree.feature.length > 3)).toBe(true);
  });

  const expectSame = (options: Partial<EngineOptions>): void => {
    const fast = train(problem, plan, options);
    expect(fast.trees).toEqual(naive.trees);
    expect(fast.margins).toEqual(naive.margins);
  };

  test.each([
    ["all features", 0],
    ["lazily", 1 << 22],
    ["lazily, in little memory", 1 << 15],
  ])("%s: the naive trainer's trees, bit for bit", (_options, cacheBytes) => {
    expectSame({ kernels: "typescript", cacheBytes });
    expectSame({ kernels: "wasm", cacheBytes });
    expectSame({ kernels: "wasm", cacheBytes, workers: 2 });
  });
});
