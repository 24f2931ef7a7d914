import { describe, expect, test } from "vitest";
import { type ContractLog, contractLog } from "../../../test/support/reward/contract-log.ts";
import { rewardModelContract } from "../../../test/support/reward/reward-model-contract.ts";
import { ConfigError, UsageError } from "../../errors.ts";
import { unitRows } from "../../kernels/index.ts";
import { seededRandom } from "../../util/index.ts";
import { meanTrials } from "../trial-patterns.ts";
import type { DenseRows } from "./fitted-logistic.ts";
import { logistic } from "./logistic.ts";
import { crossEntropy, fitLogistic, type LogisticProblem, logisticProblem } from "./logistic-fit.ts";

rewardModelContract("logistic", {
  create: () => logistic(),
  createFixed: () => logistic({ deviationPenalties: [2] }),
  features: ["dense"],
  followsQuestion: true,
  ignoresRowLength: true,
});

function makeProblem(training: ContractLog["training"]): LogisticProblem {
  const rows = Int32Array.from({ length: training.rewards.queries }, (_, row) => row);
  return logisticProblem(
    unitRows(training.queries) as DenseRows,
    training.rewards,
    rows,
    meanTrials(training.rewards),
  );
}

describe("the objective", () => {
  const { training } = contractLog({ features: "dense", labels: "partial", seed: 2, queries: 25 });
  const problem = makeProblem(training);
  const scales = { common: 0.7, deviation: 0.4 };
  const size = problem.prompts + (problem.prompts + 1) * problem.columns;

  /** The naive twin: the same sum, pair by pair, straight from the formula. */
  function naive(point: Float64Array): number {
    const { prompts, columns } = problem;
    const pooled = problem.pooled;
    let value = 0;
    for (let k = prompts; k < size; k++) value += point[k]! ** 2 / 2;
    for (let prompt = 0; prompt < prompts; prompt++) {
      const chance = 1 / (1 + Math.exp(-point[prompt]!));
      value -= 4 * (pooled * Math.log(chance) + (1 - pooled) * Math.log(1 - chance));
      for (let row = 0; row < problem.rows; row++) {
        let logit = point[prompt]!;
        for (let column = 0; column < columns; column++) {
          const u = scales.common * point[prompts + column]!;
          const v = scales.deviation * point[prompts + (prompt + 1) * columns + column]!;
          logit += problem.features[row * columns + column]! * (u + v);
        }
        const right = 1 / (1 + Math.exp(-logit));
        const entry = row * prompts + prompt;
        const observed = problem.observed[entry]!;
        value -=
          problem.pairWeights[entry]! * (observed * Math.log(right) + (1 - observed) * Math.log(1 - right));
      }
    }
    return value;
  }

  test("equals the naive sum, and its gradient the difference quotients", () => {
    const random = seededRandom(4);
    const point = Float64Array.from({ length: size }, () => random.nextNormal());
    const gradient = new Float64Array(size);
    expect(crossEntropy(problem, scales)(point, gradient)).toBeCloseTo(naive(point), 9);
    for (let k = 0; k < size; k++) {
      const [up, down] = [point.slice(), point.slice()];
      up[k]! += 1e-5;
      down[k]! -= 1e-5;
      expect(gradient[k]).toBeCloseTo((naive(up) - naive(down)) / 2e-5, 6);
    }
  });

  test("stays finite far from the minimum", () => {
    const gradient = new Float64Array(size);
    const value = crossEntropy(problem, scales)(new Float64Array(size).fill(-800), gradient);
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

test("larger penalties on deviations make the prompts' weights alike", () => {
  const problem = makeProblem(contractLog({ features: "dense", labels: "complete", seed: 2 }).training);
  const spread = (deviation: number): number => {
    const { weights } = fitLogistic(problem, { common: 1, deviation });
    let largest = 0;
    for (let column = 0; column < problem.columns; column++) {
      largest = Math.max(largest, Math.abs(weights[column]! - weights[problem.columns + column]!));
    }
    return largest;
  };
  expect(spread(1)).toBeGreaterThan(1);
  expect(spread(1e6)).toBeLessThan(1e-3);
});

test("sparse features are refused, with the embedder to use", async () => {
  const { training } = contractLog({ features: "sparse", labels: "complete", seed: 1, queries: 10 });
  await expect(logistic().fit(training)).rejects.toThrow(UsageError);
  await expect(logistic().fit(training)).rejects.toThrow(/lsa:form-tf/);
});

test("options out of range are refused", () => {
  expect(() => logistic({ commonPenalty: 0 })).toThrow(ConfigError);
  expect(() => logistic({ deviationPenalties: [] })).toThrow(ConfigError);
  expect(() => logistic({ deviationPenalties: [Number.NaN] })).toThrow(ConfigError);
});
