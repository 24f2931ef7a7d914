import { multiplyTransposed } from "../../kernels/index.ts";
import type { FeatureBlocks, JsonValue, RewardMatrix } from "../../types/index.ts";
import type { PromptMeans } from "../prompt-means.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import { CoregionalizedRidge, type PromptPenalties, sharedPenalties } from "./coregionalized-ridge.ts";
import { kernelTable } from "./kernel-table.ts";
import { addUp, type KernelRows, normalEquations } from "./normal-equations.ts";

/** One sum of kernels under one set of penalties, fitted. */
export interface CandidateFit {
  /** Position in the list of sums. */
  readonly sum: number;
  readonly penalties: PromptPenalties;
  /** Of the penalties, for the user. */
  readonly description: { readonly [name: string]: JsonValue };
  /** Q × P, row-major: each question predicted without its fold; NaN where it was not compared. */
  readonly outOfFold: Float64Array;
}

/** Penalties to be tried. */
export type PenaltyChoice = Pick<CandidateFit, "penalties" | "description">;

/** What every fit of one set of questions shares. */
export interface CandidateProblem {
  readonly rewards: RewardMatrix;
  readonly patterns: readonly TrialPattern[];
  /** Trials that weigh 1. */
  readonly scale: number;
  /** By fold in place of group. */
  readonly means: PromptMeans;
  /** Of each question, or -1 for one that is not compared. */
  readonly folds: Int32Array;
  /** Number of folds. */
  readonly foldCount: number;
  readonly landmarks: Int32Array;
}

/** Added to the diagonal of the landmarks' kernel: many landmarks are nearly alike, and single precision is coarse. */
const NUGGET = 1e-5;
/**
 * How much less the part that the prompts share is pulled to 0, in a log whose prompts were tried on different
 * questions: there its answers are also what departures are measured from. In a complete log it decides no choice.
 */
const SHARED_STEPS: readonly number[] = [3, 9];

/** @param isComplete whether all prompts were tried on the same questions, so that nothing is gained by sharing */
export function penaltyGrid(
  penalties: readonly number[],
  prompts: number,
  isComplete: boolean,
): PenaltyChoice[] {
  const steps = isComplete || prompts === 1 ? [1] : SHARED_STEPS;
  return penalties.flatMap((own) =>
    steps.map((step) => ({
      penalties: sharedPenalties(prompts, own, own / step),
      description: { penalty: own, rho: (step - 1) / (step - 1 + prompts) },
    })),
  );
}

/** What fits of one sum of kernels on the same questions and trials share, whatever their prompts and rewards. */
export interface SharedSystem {
  /** Of each fold, by pattern; empty until they are known. */
  grams: (readonly Float64Array[])[];
  /** Cholesky factors by penalty, without each fold, and behind them of all. */
  readonly factors: Map<number, Float64Array>[];
}

/**
 * Fits one sum of kernels under all penalties without each fold.
 * @param shared of earlier fits; filled in
 * @returns with the regression of all compared questions, for penalties that are chosen
 */
export async function fitCandidates(
  rows: KernelRows,
  sum: number,
  choices: readonly PenaltyChoice[],
  problem: CandidateProblem,
  shared: SharedSystem,
  pause: () => Promise<void>,
): Promise<{ readonly fits: CandidateFit[]; readonly whole: CoregionalizedRidge }> {
  const { rewards, patterns, scale, means, folds, foldCount } = problem;
  const kernel = landmarkKernel(rows, problem.landmarks);
  const parts = [];
  for (let fold = 0; fold < foldCount; fold++)
    parts.push(
      await normalEquations(
        rows,
        patterns,
        rewards,
        scale,
        Uint8Array.from(folds, (own) => (own === fold ? 1 : 0)),
        pause,
        shared.grams[fold],
      ),
    );
  shared.grams = parts.map(({ grams }) => grams);
  const findFactors = (place: number): Map<number, Float64Array> => {
    shared.factors[place] ??= new Map();
    return shared.factors[place]!;
  };
  const whole = new CoregionalizedRidge(kernel, patterns, addUp(parts), findFactors(foldCount));
  const fits: CandidateFit[] = [];
  for (const choice of choices) {
    fits.push({
      sum,
      ...choice,
      outOfFold: new Float64Array(rewards.queries * rewards.prompts).fill(Number.NaN),
    });
  }
  for (let fold = 0; fold < foldCount; fold++) {
    const ridge = new CoregionalizedRidge(kernel, patterns, addUp(parts, fold), findFactors(fold));
    const own = means.withoutGroup.subarray(fold * rewards.prompts, (fold + 1) * rewards.prompts);
    const solutions = [];
    for (const { penalties } of choices) {
      await pause();
      solutions.push(ridge.solve(own, penalties));
    }
    predict(
      rows,
      Int32Array.from(folds.keys()).filter((question) => folds[question] === fold),
      own,
      solutions,
      fits.map(({ outOfFold }) => outOfFold),
    );
  }
  return { fits, whole };
}

/** Questions whose kernel values are held at a time. */
const QUESTIONS_HELD = 4096;

/**
 * Fits candidates anew on all questions, where they were compared on a sample.
 * @returns coefficients of each on the landmarks, P × m, row-major
 */
export async function fitOnAll(
  questions: FeatureBlocks,
  fits: readonly CandidateFit[],
  problem: CandidateProblem,
  landmarks: Int32Array,
  pause: () => Promise<void>,
): Promise<Float64Array[]> {
  const { rewards, patterns, scale, means } = problem;
  const used = [...new Set(fits.map(({ sum }) => sum))];
  const parts = used.map(() => [] as Awaited<ReturnType<typeof normalEquations>>[]);
  const kernels: Float64Array[] = [];
  for (let from = 0; from < rewards.queries; from += QUESTIONS_HELD) {
    const to = Math.min(rewards.queries, from + QUESTIONS_HELD);
    const some = Int32Array.from({ length: to - from }, (_, index) => from + index);
    const isMember = new Uint8Array(rewards.queries).fill(1, from, to);
    const table = kernelTable(questions, some, landmarks);
    for (const [index, sum] of used.entries()) {
      const rows = table.rows(questions.sums[sum]!);
      const own = await normalEquations(rows, patterns, rewards, scale, isMember, pause);
      parts[index] = [addUp([...parts[index]!, own])];
    }
  }
  const own = kernelTable(questions, landmarks, landmarks);
  for (const sum of used) kernels.push(landmarkKernel(own.rows(questions.sums[sum]!), landmarks));
  const ridges = used.map(
    (_, index) => new CoregionalizedRidge(kernels[index]!, patterns, parts[index]![0]!),
  );
  return fits.map(({ sum, penalties }) => ridges[used.indexOf(sum)]!.solve(means.all, penalties));
}

/** K of the landmarks. */
function landmarkKernel(rows: KernelRows, landmarks: Int32Array): Float64Array {
  const size = landmarks.length;
  const kernel = new Float64Array(size * size);
  rows.write(landmarks, kernel);
  for (let k = 0; k < size; k++) {
    for (let l = 0; l < k; l++) {
      const both = (kernel[k * size + l]! + kernel[l * size + k]!) / 2;
      kernel[k * size + l] = both;
      kernel[l * size + k] = both;
    }
    kernel[k * size + k]! += NUGGET;
  }
  return kernel;
}

const QUESTIONS_AT_A_TIME = 256;

function predict(
  rows: KernelRows,
  questions: Int32Array,
  means: Float64Array,
  solutions: readonly Float64Array[],
  targets: readonly Float64Array[],
): void {
  const size = rows.landmarks;
  const prompts = means.length;
  const block = new Float64Array(QUESTIONS_AT_A_TIME * size);
  const rowsOfSolutions = solutions.length * prompts;
  const coefficients = new Float64Array(rowsOfSolutions * size);
  solutions.forEach((solution, index) => {
    coefficients.set(solution, index * prompts * size);
  });
  const products = new Float64Array(QUESTIONS_AT_A_TIME * rowsOfSolutions);
  for (let from = 0; from < questions.length; from += QUESTIONS_AT_A_TIME) {
    const some = questions.subarray(from, from + QUESTIONS_AT_A_TIME);
    rows.write(some, block);
    multiplyTransposed(block, some.length, coefficients, rowsOfSolutions, size, products);
    targets.forEach((target, index) => {
      some.forEach((question, i) => {
        for (let prompt = 0; prompt < prompts; prompt++)
          target[question * prompts + prompt] =
            means[prompt]! + products[i * rowsOfSolutions + index * prompts + prompt]!;
      });
    });
  }
}
