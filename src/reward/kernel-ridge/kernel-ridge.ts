import { pickRows } from "../../kernels/index.ts";
import type { FeatureBlocks, RewardMatrix, WorkOptions } from "../../types/index.ts";
import { seededRandom, shuffledIndices } from "../../util/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { promptMeans } from "../prompt-means.ts";
import type { FittedRewardModel, RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { meanTrials, type TrialPattern, trialPatterns } from "../trial-patterns.ts";
import {
  type CandidateFit,
  type CandidateProblem,
  fitCandidates,
  fitOnAll,
  penaltyGrid,
  type SharedSystem,
} from "./candidate-fits.ts";
import { chooseLandmarks } from "./choose-landmarks.ts";
import type { CoregionalizedRidge } from "./coregionalized-ridge.ts";
import { fittedKernelRidge, KERNEL_RIDGE, type KernelRidgeBase } from "./fitted-kernel-ridge.ts";
import {
  type KernelRidgeOptions,
  type ResolvedKernelRidgeOptions,
  resolveKernelRidgeOptions,
} from "./kernel-ridge-options.ts";
import { asBlocks, type KernelTable } from "./kernel-table.ts";
import { principalFits } from "./principal-fits.ts";

/**
 * Kernel ridge regression of each prompt's mean success on the questions' features, under sums of kernels (see
 * `FeatureBlock`), in the span of landmarks. Repeats of a question are averaged and weigh w = trials / mean trials; the
 * residuals from the prompts' shrunk means (see prompt-means.ts) are fitted for all prompts together, so that a log with
 * one answer a question teaches every prompt what the questions' difficulty is (see coregionalized-ridge.ts). Every sum
 * of kernels under every penalty is a candidate; those of a model are averaged.
 * @throws ConfigError where an option is out of range
 */
export function kernelRidge(options: KernelRidgeOptions = {}): RewardModel {
  const resolved = resolveKernelRidgeOptions(options);
  const share = rememberWork();
  return {
    kind: KERNEL_RIDGE,
    fit: (training, work = {}) => fitKernelRidge(training, resolved, work, share),
  };
}

/** What fits on the same questions share. */
interface SharedWork {
  readonly landmarks: Int32Array;
  readonly table: KernelTable;
  /** One a sum of kernels. */
  readonly systems: readonly SharedSystem[];
}

type Share = (
  questions: FeatureBlocks,
  compared: Int32Array,
  count: number,
  training: RewardTraining,
  patterns: readonly TrialPattern[],
  pause: () => Promise<void>,
) => Promise<SharedWork>;

/**
 * Subsets of prompts are fitted on the same questions one after the other: they share landmarks and kernel values, and, in
 * a complete log, everything but their rewards.
 */
function rememberWork(): Share {
  let last:
    | { readonly of: readonly unknown[]; readonly trials: Float64Array | null; work: SharedWork }
    | undefined;
  return async (questions, compared, count, { folds, seed }, patterns, pause) => {
    const of = [questions.blocks[0]!.features, compared.length, count, seed, folds.join()];
    const trials = patterns.length === 1 && patterns[0]!.unlabeled.length === 0 ? patterns[0]!.trials : null;
    const isSame = last !== undefined && of.every((part, index) => part === last!.of[index]);
    const systems = questions.sums.map((): SharedSystem => ({ grams: [], factors: [] }));
    if (!isSame) {
      const { landmarks, table } = await chooseLandmarks(questions, compared, count, seed, pause);
      last = { of, trials, work: { landmarks, table, systems } };
    } else if (trials === null || last!.trials === null || !areEqual(trials, last!.trials))
      last = { of, trials, work: { ...last!.work, systems } };
    return last!.work;
  };
}

function areEqual(one: Float64Array, other: Float64Array): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** 256 MB of float64: of each pattern of trials a matrix a fold is kept, so that many patterns leave less for each. */
const MAX_GRAM_VALUES = 2 ** 25;

async function fitKernelRidge(
  training: RewardTraining,
  options: ResolvedKernelRidgeOptions,
  work: WorkOptions,
  share: Share,
): Promise<RewardModelFit> {
  checkTraining(training);
  const { rewards } = training;
  const questions = asBlocks(training.queries);
  const patterns = trialPatterns(rewards);
  const compared = comparedQuestions(training, options.compared);
  const folds = renumberFolds(training.folds, compared);
  const foldCount = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  let done = 0;
  const steps = questions.sums.length * (foldCount + 1) + 1;
  const pause = (): Promise<void> => checkpoint(work, "fit kernel ridge", Math.min(done, steps), steps);
  await pause();
  const most = Math.floor(Math.sqrt(MAX_GRAM_VALUES / (patterns.length * (foldCount + 1))));
  const count = Math.max(1, Math.min(options.landmarksFor(compared.length), most));
  const { landmarks, table, systems } = await share(questions, compared, count, training, patterns, pause);
  const problem: CandidateProblem = {
    rewards,
    patterns,
    scale: meanTrials(rewards),
    means: promptMeans(
      rewards,
      folds.map((fold) => Math.max(0, fold)),
    ),
    folds,
    foldCount,
    landmarks,
  };
  const fits: CandidateFit[] = [];
  const ridges: CoregionalizedRidge[] = [];
  for (const sum of questions.sums.keys()) {
    const grid = penaltyGrid(options.penalties, rewards.prompts, patterns.length === 1);
    const plain = await fitCandidates(
      table.rows(questions.sums[sum]!),
      sum,
      grid,
      problem,
      systems[sum]!,
      async () => {
        await pause();
      },
    );
    done += foldCount + 1;
    fits.push(...plain.fits, ...principalFits(plain.fits, problem));
    ridges.push(plain.whole);
  }
  await pause();
  return {
    candidates: fits.map(({ outOfFold, description, sum }) => ({
      outOfFold,
      hyperparameters: {
        kernels: questions.sums[sum]!.map((block) => questions.blocks[block]!.name),
        ...description,
      },
    })),
    assemble: async (chosen) => {
      const own = chosen.map((index) => fits[index]!);
      const isWhole = compared.length === rewards.queries;
      const coefficients = isWhole
        ? own.map(({ sum, penalties }) => ridges[sum]!.solve(problem.means.all, penalties))
        : await fitOnAll(questions, own, problem, landmarks, pause);
      return assembleModel(questions, own, coefficients, landmarks, problem);
    },
  };
}

/** All questions, or a seeded sample of whole groups, ascending. */
function comparedQuestions({ rewards, groups, seed }: RewardTraining, most: number): Int32Array {
  const all = Int32Array.from({ length: rewards.queries }, (_, question) => question);
  if (all.length <= most) return all;
  const groupCount = groups.reduce((highest, group) => Math.max(highest, group + 1), 0);
  const sizes = new Int32Array(groupCount);
  for (const group of groups) sizes[group]!++;
  const isTaken = new Uint8Array(groupCount);
  let taken = 0;
  for (const group of shuffledIndices(groupCount, seededRandom(seed))) {
    if (taken + sizes[group]! > most) continue;
    isTaken[group] = 1;
    taken += sizes[group]!;
  }
  return all.filter((question) => isTaken[groups[question]!] === 1);
}

/** Folds from 0 without gaps; -1 for questions that are not compared. */
function renumberFolds(folds: Int32Array, compared: Int32Array): Int32Array {
  const present = [...new Set(compared.map((question) => folds[question]!))].sort(
    (one, other) => one - other,
  );
  const result = new Int32Array(folds.length).fill(-1);
  for (const question of compared) result[question] = present.indexOf(folds[question]!);
  return result;
}

/** The mean of some fits as one function: what several say of one base kernel is added up. */
function assembleModel(
  { blocks, sums }: FeatureBlocks,
  fits: readonly CandidateFit[],
  coefficients: readonly Float64Array[],
  landmarks: Int32Array,
  { rewards, means }: { readonly rewards: RewardMatrix; readonly means: { readonly all: Float64Array } },
): FittedRewardModel {
  const size = landmarks.length;
  const { prompts } = rewards;
  const bases = blocks.flatMap(({ kernel, features }, block): KernelRidgeBase[] => {
    const total = new Float64Array(size * prompts);
    let isUsed = false;
    fits.forEach(({ sum }, index) => {
      const members = sums[sum]!;
      if (!members.includes(block)) return;
      isUsed = true;
      const scale = 1 / (members.length * fits.length);
      const own = coefficients[index]!;
      for (let prompt = 0; prompt < prompts; prompt++)
        for (let k = 0; k < size; k++) total[k * prompts + prompt]! += scale * own[prompt * size + k]!;
    });
    if (!isUsed) return [];
    return [{ block, kernel, landmarks: pickRows(features, landmarks), coefficients: total }];
  });
  return fittedKernelRidge({ prompts, intercepts: means.all, bases, blocks: blocks.length });
}
