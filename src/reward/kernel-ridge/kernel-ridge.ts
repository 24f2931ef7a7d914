import { pickRows } from "../../kernels/index.ts";
import type { RewardMatrix, WorkOptions } from "../../types/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { clipToUnit } from "../clip-to-unit.ts";
import { leastContrastLoss } from "../contrast-loss.ts";
import { crossFitted } from "../cross-fitted.ts";
import { promptMeans } from "../prompt-means.ts";
import type { RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { meanTrials, type TrialPattern, trialPatterns } from "../trial-patterns.ts";
import { fittedKernelRidge, KERNEL_RIDGE } from "./fitted-kernel-ridge.ts";
import { type KernelRidgeOptions, resolveKernelRidgeOptions } from "./kernel-ridge-options.ts";
import { labelSystem, predictWithoutGroups, writeCoefficients } from "./leave-group-out.ts";
import {
  chooseDirectionPenalties,
  combineDirections,
  type PromptDirections,
  promptDirections,
} from "./prompt-directions.ts";
import { rememberedSolver, type SolverChoice } from "./remembered-solver.ts";

/**
 * Kernel ridge regression of each prompt's mean success on the question's features, with
 * k(x, x′) = exp((cos(x, x′) - 1) / width). Repeats of a question are averaged and weigh w = trials / mean trials; the
 * residuals from the prompt's shrunk mean (see prompt-means.ts) are fitted with penalty λ / w. Prompts tried on the same
 * questions are fitted together, along the principal directions of their rewards, each with a λ of its own (see
 * prompt-directions.ts); a prompt whose questions no other shares gets the λ that is best on the contrasts with the
 * fixed prompt (see contrast-loss.ts). Every λ is chosen on predictions made exactly as if the question's group had
 * been left out; `folds` serve the out-of-fold predictions alone (see cross-fitted.ts). One matrix reduction a set of questions serves every prompt and λ, and every
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
  const { queries, rewards, groups, seed } = training;
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
    const system = await solver.build(
      pattern,
      pattern.trials.map((trials) => trials / scale),
      () => pause(done),
    );
    const labelled = labelSystem(system, pattern, rewards, groups, means);
    for (const [index, lambda] of lambdas.entries()) {
      await pause(done);
      predictWithoutGroups(labelled, lambda, predictions[index]!);
      writeCoefficients(labelled, lambda, coefficients[index]!);
    }
  }
  await pause(patterns.length);
  const penalties = choosePenalties(rewards, predictions, patterns, training);
  return {
    model: fittedKernelRidge({
      width,
      prompts: rewards.prompts,
      intercepts: means.all,
      coefficients: combine(coefficients, rewards.prompts, penalties),
      anchors: pickRows(queries, solver.anchors),
    }),
    outOfFold: clipToUnit(
      crossFitted(rewards, training.folds, (visible) =>
        combine(predictions, rewards.prompts, choosePenalties(visible, predictions, patterns, training)),
      ),
    ),
    hyperparameters: {
      lambda: lambdas[penalties.best]!,
      directionLambdas: penalties.directed.map(({ chosen }) =>
        Array.from(chosen, (index) => lambdas[index]!),
      ),
      width,
      solver: solver.name,
      anchors: solver.anchors.length,
      trialPatterns: patterns.length,
      outOfFold: "leave-group-out",
    },
  };
}

/** Positions of penalties: one for all, and instead of it one for each direction of the prompts tried together. */
interface Penalties {
  readonly best: number;
  readonly directed: readonly {
    readonly pattern: TrialPattern;
    readonly directions: PromptDirections;
    readonly chosen: Int32Array;
  }[];
}

/**
 * Chooses by the questions that have labels in `visible`.
 * @param predictions one Q × P array a penalty
 * @param patterns of the whole log
 */
function choosePenalties(
  visible: RewardMatrix,
  predictions: readonly Float64Array[],
  patterns: readonly TrialPattern[],
  { groups, fixedColumn }: RewardTraining,
): Penalties {
  const means = promptMeans(visible, groups).all;
  return {
    best: leastContrastLoss(visible, predictions, fixedColumn, means),
    directed: patterns
      .filter(({ prompts, labelled }) => prompts.length > 1 && labelled.length > 0)
      .map((pattern) => {
        const seen = visiblePart(pattern, visible);
        const directions = promptDirections(visible, seen, means);
        return {
          pattern,
          directions,
          chosen: chooseDirectionPenalties(visible, seen, directions, predictions),
        };
      }),
  };
}

/** The pattern's labelled questions that still have their labels. */
function visiblePart(pattern: TrialPattern, { prompts, trials }: RewardMatrix): TrialPattern {
  const isSeen = (query: number): boolean => trials[query * prompts + pattern.prompts[0]!]! > 0;
  return {
    ...pattern,
    labelled: pattern.labelled.filter(isSeen),
    trials: pattern.trials.filter((_, position) => isSeen(pattern.labelled[position]!)),
  };
}

/** @param sources one rows × P array a penalty: predictions or coefficients */
function combine(sources: readonly Float64Array[], prompts: number, penalties: Penalties): Float64Array {
  const target = sources[penalties.best]!.slice();
  for (const { pattern, directions, chosen } of penalties.directed)
    combineDirections(sources, prompts, pattern, directions, chosen, target);
  return target;
}
