import { pickRows } from "../../kernels/index.ts";
import type { WorkOptions } from "../../types/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { clipToUnit } from "../clip-to-unit.ts";
import { contrastLoss } from "../contrast-loss.ts";
import { promptMeans } from "../prompt-means.ts";
import type { RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { meanTrials, trialPatterns } from "../trial-patterns.ts";
import { fittedKernelRidge, KERNEL_RIDGE } from "./fitted-kernel-ridge.ts";
import { type KernelRidgeOptions, resolveKernelRidgeOptions } from "./kernel-ridge-options.ts";
import { labelSystem, predictWithoutGroups, writeCoefficients } from "./leave-group-out.ts";
import { chooseSolver } from "./solver.ts";

/**
 * Kernel ridge regression of each prompt's mean success on the question's features, with
 * k(x, x′) = exp((cos(x, x′) - 1) / width). Repeats of a question are averaged and weigh w = trials / mean trials; the
 * residuals from the prompt's shrunk mean (see prompt-means.ts) are fitted with penalty λ / w. One λ for all prompts
 * is chosen on the contrasts with the fixed prompt (see contrast-loss.ts), each question predicted exactly as if its
 * group had been left out; `folds` are not needed. Prompts tried on the same questions share one matrix reduction,
 * which serves every λ.
 * @throws ConfigError where an option is out of range
 */
export function kernelRidge(options: KernelRidgeOptions = {}): RewardModel {
  const resolved = resolveKernelRidgeOptions(options);
  return { kind: KERNEL_RIDGE, fit: (training, work = {}) => fitKernelRidge(training, resolved, work) };
}

async function fitKernelRidge(
  training: RewardTraining,
  options: Required<KernelRidgeOptions>,
  work: WorkOptions,
): Promise<RewardModelFit> {
  checkTraining(training);
  const { queries, rewards, groups, fixedColumn, seed } = training;
  const { width, lambdas } = options;
  const patterns = trialPatterns(rewards);
  const means = promptMeans(rewards, groups);
  const scale = meanTrials(rewards);
  const pause = (done: number): Promise<void> => checkpoint(work, "fit kernel ridge", done, patterns.length);
  await pause(0);
  const solver = chooseSolver(queries, groups, patterns, options, seed);
  const predictions = lambdas.map(() => new Float64Array(rewards.queries * rewards.prompts));
  const coefficients = lambdas.map(() => new Float64Array(solver.anchors.length * rewards.prompts));
  for (const [done, pattern] of patterns.entries()) {
    await pause(done);
    const system = solver.build(
      pattern,
      pattern.trials.map((trials) => trials / scale),
    );
    const labelled = labelSystem(system, pattern, rewards, groups, means);
    for (const [index, lambda] of lambdas.entries()) {
      await pause(done);
      predictWithoutGroups(labelled, lambda, predictions[index]!);
      writeCoefficients(labelled, lambda, coefficients[index]!);
    }
  }
  await pause(patterns.length);
  const losses = predictions.map((predicted) => contrastLoss(rewards, predicted, fixedColumn, means.all));
  const best = losses.indexOf(Math.min(...losses));
  return {
    model: fittedKernelRidge({
      width,
      prompts: rewards.prompts,
      intercepts: means.all,
      coefficients: coefficients[best]!,
      anchors: pickRows(queries, solver.anchors),
    }),
    outOfFold: clipToUnit(predictions[best]!),
    hyperparameters: {
      lambda: lambdas[best]!,
      width,
      solver: solver.name,
      anchors: solver.anchors.length,
      trialPatterns: patterns.length,
      outOfFold: "leave-group-out",
    },
  };
}
