import { describe, expect, test } from "vitest";
import { CONTRACT_PROMPTS, contractLog } from "../../../test/support/reward/contract-log.ts";
import { choleskyFactor, choleskySolve, cosineIndex, unitRows } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import { promptMeans } from "../prompt-means.ts";
import type { RewardTraining } from "../reward-model.ts";
import { meanTrials, trialPatterns } from "../trial-patterns.ts";
import { kernelRidge } from "./kernel-ridge.ts";
import { chooseSolver } from "./solver.ts";

const LAMBDA = 2;
const WIDTH = 0.5;

/** The naive twin: for every group and prompt, forget the group's labels and solve a fresh linear system. */
function refitWithoutGroups(training: RewardTraining, kernel: Float64Array): Float64Array {
  const { rewards, groups } = training;
  const { queries, prompts } = rewards;
  const predicted = new Float64Array(queries * prompts);
  const scale = meanTrials(rewards);
  // The prior's strength counts mean trials of the whole log, as λ does: it is part of the settings, not of the labels.
  for (const group of new Set(groups)) {
    for (let prompt = 0; prompt < prompts; prompt++) {
      const kept = Array.from({ length: queries }, (_, query) => query).filter(
        (query) => groups[query] !== group && rewards.trials[query * prompts + prompt]! > 0,
      );
      const mean = meanWithoutGroup(rewards, groups, group, prompt, scale);
      const size = kept.length;
      const matrix = new Float64Array(size * size);
      kept.forEach((one, i) => {
        kept.forEach((other, j) => {
          matrix[i * size + j] = kernel[one * queries + other]!;
        });
        matrix[i * size + i]! += (LAMBDA * scale) / rewards.trials[one * prompts + prompt]!;
      });
      const solution = Float64Array.from(kept, (query) => {
        const entry = query * prompts + prompt;
        return rewards.successes[entry]! / rewards.trials[entry]! - mean;
      });
      choleskyFactor(matrix, size);
      choleskySolve(matrix, size, solution);
      for (let query = 0; query < queries; query++) {
        if (groups[query] !== group) continue;
        let sum = mean;
        kept.forEach((other, j) => {
          sum += kernel[query * queries + other]! * solution[j]!;
        });
        predicted[query * prompts + prompt] = Math.min(1, Math.max(0, sum));
      }
    }
  }
  return predicted;
}

function meanWithoutGroup(
  { queries, prompts, successes, trials }: RewardMatrix,
  groups: Int32Array,
  group: number,
  prompt: number,
  scale: number,
): number {
  const sums = { successes: 0, trials: 0, ownSuccesses: 0, ownTrials: 0 };
  for (let entry = 0; entry < queries * prompts; entry++) {
    if (groups[Math.floor(entry / prompts)] === group) continue;
    sums.successes += successes[entry]!;
    sums.trials += trials[entry]!;
    if (entry % prompts !== prompt) continue;
    sums.ownSuccesses += successes[entry]!;
    sums.ownTrials += trials[entry]!;
  }
  const pooled = (sums.successes + 1) / (sums.trials + 2);
  return (sums.ownSuccesses + 4 * scale * pooled) / (sums.ownTrials + 4 * scale);
}

function kernelMatrix(training: RewardTraining): Float64Array {
  const rows = unitRows(training.queries);
  const values = new Float64Array(rows.rows ** 2);
  cosineIndex(rows).cosines(rows, 0, rows.rows, values);
  return values.map((cosine) => Math.exp((cosine - 1) / WIDTH));
}

function largestDifference(one: Float64Array, other: Float64Array): number {
  return one.reduce((most, value, k) => Math.max(most, Math.abs(value - other[k]!)), 0);
}

describe("leave-group-out predictions equal fresh fits without the group", () => {
  for (const labels of ["complete", "partial"] as const) {
    for (const features of ["dense", "sparse"] as const) {
      const { training } = contractLog({ features, labels, seed: 21, queries: 70 });

      test(`exact solver, ${labels} log, ${features} features`, async () => {
        const { outOfFold } = await kernelRidge({ lambdas: [LAMBDA], width: WIDTH }).fit(training);
        expect(
          largestDifference(outOfFold, refitWithoutGroups(training, kernelMatrix(training))),
        ).toBeLessThan(1e-9);
      });

      test(`Nyström landmarks, ${labels} log, ${features} features`, async () => {
        const options = { lambdas: [LAMBDA], width: WIDTH, exactQuestions: 0, landmarks: 15 };
        const { outOfFold } = await kernelRidge(options).fit(training);
        const solver = chooseSolver(
          training.queries,
          training.groups,
          trialPatterns(training.rewards),
          options,
          training.seed,
        );
        const approximated = nystromKernel(kernelMatrix(training), training.queries.rows, solver.anchors);
        expect(largestDifference(outOfFold, refitWithoutGroups(training, approximated))).toBeLessThan(1e-8);
      });
    }
  }

  /** K(all, landmarks) K(landmarks, landmarks)⁻¹ K(landmarks, all), with the solver's jitter. */
  function nystromKernel(kernel: Float64Array, queries: number, landmarks: Int32Array): Float64Array {
    const size = landmarks.length;
    const matrix = new Float64Array(size * size);
    landmarks.forEach((one, i) => {
      landmarks.forEach((other, j) => {
        matrix[i * size + j] = kernel[one * queries + other]! + (i === j ? 1e-6 : 0);
      });
    });
    choleskyFactor(matrix, size);
    const values = new Float64Array(queries * queries);
    for (let query = 0; query < queries; query++) {
      const solution = Float64Array.from(landmarks, (landmark) => kernel[query * queries + landmark]!);
      choleskySolve(matrix, size, solution);
      for (let other = 0; other < queries; other++) {
        landmarks.forEach((landmark, k) => {
          values[query * queries + other]! += kernel[other * queries + landmark]! * solution[k]!;
        });
      }
    }
    return values;
  }
});

test("with a landmark at every question the Nyström solver gives what the exact one gives", async () => {
  const { training, freshQueries } = contractLog({
    features: "sparse",
    labels: "complete",
    seed: 4,
    queries: 60,
  });
  const exact = await kernelRidge().fit(training);
  const options = { exactQuestions: 0, landmarks: 59 };
  const nystrom = await kernelRidge(options).fit(training);
  expect(exact.hyperparameters.solver).toBe("exact");
  expect(nystrom.hyperparameters.solver).toBe("nystrom");
  const difference = largestDifference(
    exact.model.predict(freshQueries),
    nystrom.model.predict(freshQueries),
  );
  expect(difference).toBeLessThan(0.02);
});

test("the fit on all labels solves (K + λ / w) a = y - mean", async () => {
  const { training } = contractLog({ features: "dense", labels: "complete", seed: 22, queries: 50 });
  const { rewards } = training;
  const fit = await kernelRidge({ lambdas: [LAMBDA], width: WIDTH }).fit(training);
  const kernel = kernelMatrix(training);
  const size = rewards.queries;
  const scale = meanTrials(rewards);
  const means = promptMeans(rewards, training.groups).all;
  const predicted = fit.model.predict(training.queries);
  for (let prompt = 0; prompt < CONTRACT_PROMPTS; prompt++) {
    const matrix = kernel.slice();
    const solution = new Float64Array(size);
    for (let query = 0; query < size; query++) {
      const entry = query * CONTRACT_PROMPTS + prompt;
      matrix[query * size + query]! += (LAMBDA * scale) / rewards.trials[entry]!;
      solution[query] = rewards.successes[entry]! / rewards.trials[entry]! - means[prompt]!;
    }
    choleskyFactor(matrix, size);
    choleskySolve(matrix, size, solution);
    for (let query = 0; query < size; query++) {
      let expected = means[prompt]!;
      for (let other = 0; other < size; other++) expected += kernel[query * size + other]! * solution[other]!;
      expect(predicted[query * CONTRACT_PROMPTS + prompt]).toBeCloseTo(Math.min(1, Math.max(0, expected)), 9);
    }
  }
});
