import { describe, expect, test } from "vitest";
import {
  EXAMPLE_PLAN,
  type ExampleProblem,
  exampleProblem,
} from "../../../test/support/reward/example-problem.ts";
import { runToCompletion } from "../../../test/support/reward/run-to-completion.ts";
import { trainNaively } from "../../../test/support/reward/trainer-naive.ts";
import { binQueries } from "./binning.ts";
import { toMargin } from "./loss.ts";
import type { TrainingPlan } from "./training-plan.ts";
import type { Tree } from "./tree.ts";
import { type EngineOptions, TreeTrainer } from "./tree-trainer.ts";

function train(
  { queries, prompts, rewards }: ExampleProblem,
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
    toMargin(plan.objective, plan.baseScore as number),
  );
  const trees: Tree[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const { tree, leaves } = runToCompletion(trainer.grow(round, margins, rewards));
    trees.push(tree);
    for (const { queries, prompts, value } of leaves)
      for (const query of queries)
        for (const prompt of prompts) margins[query * rewards.prompts + prompt]! += value;
  }
  trainer.close();
  return { trees, margins, statistics: trainer.statistics };
}

const CASES: [name: string, problem: ExampleProblem, plan: Partial<TrainingPlan>][] = [
  ["one prompt", exampleProblem(150, 1, 8), {}],
  ["six prompts", exampleProblem(200, 6, 12), {}],
  ["six prompts, small steps", exampleProblem(200, 6, 12), { learningRate: 0.01, rounds: 12 }],
  ["12 prompts", exampleProblem(150, 12, 9), {}],
  ["30 prompts", exampleProblem(60, 30, 6), { maxDepth: 8 }],
  ["partial, with repeats", exampleProblem(200, 6, 10, { fill: 0.3, repeats: 4 }), {}],
  ["partial, many prompts", exampleProblem(80, 20, 8, { fill: 0.2, repeats: 2 }), {}],
  ["leafwise", exampleProblem(200, 6, 10), { growth: "leafwise", maxLeaves: 31, maxDepth: 0 }],
  [
    "leafwise, partial",
    exampleProblem(150, 9, 8, { fill: 0.4 }),
    { growth: "leafwise", maxLeaves: 20, maxDepth: 4 },
  ],
  ["leafwise without a limit", exampleProblem(100, 3, 6), { growth: "leafwise", maxDepth: 0, rounds: 3 }],
  ["depthwise with few leaves", exampleProblem(150, 6, 8), { maxLeaves: 11 }],
  ["no penalty, no least weight", exampleProblem(100, 5, 8), { lambda: 0, minChildWeight: 0, rounds: 4 }],
  ["large least weight and gain", exampleProblem(200, 6, 8), { minChildWeight: 9, minSplitGain: 1.5 }],
  ["squared error", exampleProblem(150, 6, 8, { repeats: 3 }), { objective: "reg:squarederror" }],
  [
    "squared error, leafwise",
    exampleProblem(150, 6, 8, { fill: 0.5 }),
    { objective: "reg:squarederror", growth: "leafwise", maxLeaves: 12 },
  ],
  ["sampled pairs", exampleProblem(150, 6, 8), { pairFraction: 0.6 }],
  ["sampled features", exampleProblem(150, 6, 12), { featureFraction: 0.4 }],
  [
    "both sampled, many prompts",
    exampleProblem(60, 20, 10),
    { pairFraction: 0.7, featureFraction: 0.5, growth: "leafwise", maxLeaves: 20 },
  ],
  ["few bins", exampleProblem(200, 6, 8), { maxBin: 7 }],
  ["nodes large enough to keep histograms of", exampleProblem(1500, 3, 5), { maxDepth: 5, rounds: 3 }],
  ["kept histograms and many prompts", exampleProblem(1500, 20, 6), { maxDepth: 5, rounds: 2 }],
  [
    "so many pairs that rounding each is coarse",
    exampleProblem(600, 100, 4),
    { maxDepth: 4, rounds: 2, lambda: 0.01, minChildWeight: 0.01 },
  ],
  [
    "the same leafwise and partial",
    exampleProblem(2000, 4, 4, { fill: 0.6 }),
    { growth: "leafwise", maxLeaves: 15, maxDepth: 0, rounds: 3 },
  ],
];

describe.each(CASES)("%s", (_name, problem, part) => {
  const plan: TrainingPlan = { ...EXAMPLE_PLAN, ...part };
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

// Too large for the naive trainer: nodes of every size, histograms kept over several levels, many prompts.
test.each([
  [3000, 6, 24, {}, {}],
  [2500, 1, 30, {}, { learningRate: 0.02, rounds: 8 }],
  [1800, 12, 20, {}, { maxDepth: 8 }],
  [1200, 40, 16, {}, { learningRate: 0.02, rounds: 8 }],
  [2000, 20, 12, { fill: 0.3, repeats: 3 }, { maxDepth: 8 }],
  [3000, 6, 20, { fill: 0.3 }, { learningRate: 0.02, rounds: 8 }],
  [2000, 9, 20, {}, { growth: "leafwise", maxLeaves: 60, maxDepth: 0 }],
  [1500, 60, 12, {}, { lambda: 0.02, minChildWeight: 0.02, maxDepth: 7, rounds: 3 }],
  [2500, 10, 16, { repeats: 5 }, { objective: "reg:squarederror", maxDepth: 8, rounds: 3 }],
] as const)("%i queries × %i prompts, %i features: both kernels grow the same trees", (...sizes) => {
  const [queries, prompts, columns, problem, plan] = sizes;
  const example = exampleProblem(queries, prompts, columns, problem);
  const whole = { ...EXAMPLE_PLAN, rounds: 4, ...plan };
  const plain = train(example, whole, { kernels: "typescript" });
  expect(plain.trees[0]!.feature.length).toBeGreaterThan(30);
  for (const cacheBytes of [0, 1 << 24])
    for (const workers of [1, 2])
      expect(train(example, whole, { kernels: "wasm", cacheBytes, workers }).trees).toEqual(plain.trees);
});
