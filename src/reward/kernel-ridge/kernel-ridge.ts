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
import { chooseDirectionPenalties, combineDirections, promptDirections } from "./prompt-directions.ts";
import { rememberedSolver, type SolverChoice } from "./remembered-solver.ts";

/**
 * Kernel ridge regression of each prompt's mean success on the question's features, with
 * k(x, x′) = exp((cos(x, x′) - 1) / width). Repeats of a question are averaged and weigh w = trials / mean trials; the
 * residuals from the prompt's shrunk mean (see prompt-means.ts) are fitted with penalty λ / w. Prompts tried on the same
 * questions are fitted together, along the principal directions of their rewards, each with a λ of its own (see
 * prompt-directions.ts); a prompt whose questions no other shares gets the λ that is best on the contrasts with the
 * fixed prompt (see contrast-loss.ts). Every λ is chosen on predictions made exactly as if the question's group had
 * been left out; `folds` are not needed. One matrix reduction a set of questions serves every prompt and λ, and every
 * further fit of this model on the same questions.
 * @throws ConfigError where an option is out of range
 */
export function kernelRidge(options: KernelRidgeOptions = {}): RewardModel {
  const resolved = resolveKernelRidgeOptions(options);
  const solverFor = rememberedSolver(resolved);
  return {
    kind: KERNEL_RIDGE,
    fit: (training, work = {}) => fitKernelRidge(training, resolved, solverFor, work),
  };
}

async function fitKernelRidge(
  training: RewardTraining,
  options: Required<KernelRidgeOptions>,
  solverFor: SolverChoice,
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
  const solver = solverFor(queries, groups, patterns, seed);
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
  const chosenPredictions = predictions[best]!.slice();
  const chosenCoefficients = coefficients[best]!.slice();
  const directionLambdas: number[][] = [];
  for (const pattern of patterns) {
    if (pattern.prompts.length === 1 || pattern.labelled.length === 0) continue;
    const directions = promptDirections(rewards, pattern, means.all);
    const chosen = chooseDirectionPenalties(rewards, pattern, directions, predictions);
    combineDirections(predictions, rewards.prompts, pattern, directions, chosen, chosenPredictions);
    combineDirections(coefficients, rewards.prompts, pattern, directions, chosen, chosenCoefficients);
    directionLambdas.push(Array.from(chosen, (index) => lambdas[index]!));
  }
  return {
    model: fittedKernelRidge({
      width,
      prompts: rewards.prompts,
      intercepts: means.all,
      coefficients: chosenCoefficients,
      anchors: pickRows(queries, solver.anchors),
    }),
    outOfFold: clipToUnit(chosenPredictions),
    hyperparameters: {
      lambda: lambdas[best]!,
      directionLambdas,
      width,
      solver: solver.name,
      anchors: solver.anchors.length,
      trialPatterns: patterns.length,
      outOfFold: "leave-group-out",
    },
  };
}
