import type { FeatureMatrix } from "../../types/index.ts";
import { seededRandom, shuffledIndices } from "../../util/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import { exactSystem } from "./exact-system.ts";
import type { KernelRidgeOptions } from "./kernel-ridge-options.ts";
import { nystromFeatures, nystromSystem } from "./nystrom-system.ts";
import { questionKernel } from "./question-kernel.ts";
import type { RidgeSystem } from "./ridge-system.ts";

/** How the ridge systems of a log are built, and over which questions the fitted function is spread. */
export interface Solver {
  readonly name: "exact" | "nystrom";
  /** Indices of the questions whose kernel values a prediction sums over. */
  readonly anchors: Int32Array;
  /**
   * @param weights w of each labelled question
   * @param pause called now and then; throws to stop the work
   */
  build(pattern: TrialPattern, weights: Float64Array, pause: () => Promise<void>): Promise<RidgeSystem>;
}

/** Exact where the work allows it, else Nyström landmarks drawn with the seed. */
export function chooseSolver(
  questions: FeatureMatrix,
  groups: Int32Array,
  patterns: readonly TrialPattern[],
  options: Required<KernelRidgeOptions>,
  seed: number,
): Solver {
  const kernel = questionKernel(questions, options.width);
  const work = patterns.reduce((sum, pattern) => sum + exactWork(pattern), 0);
  if (work <= (4 / 3) * options.exactQuestions ** 3 || questions.rows <= options.landmarks) {
    return {
      name: "exact",
      anchors: Int32Array.from({ length: questions.rows }, (_, question) => question),
      build: (pattern, weights, pause) => exactSystem(kernel, pattern, weights, pause),
    };
  }
  const landmarks = drawLandmarks(groups, options.landmarks, seed);
  const features = nystromFeatures(kernel, landmarks, questions.rows);
  return {
    name: "nystrom",
    anchors: landmarks,
    build: (pattern, weights, pause) => nystromSystem(features, pattern, weights, pause),
  };
}

/** Multiplications of the exact solver: reducing the labelled questions' matrix, rotating the others into it. */
function exactWork({ labelled, unlabelled }: TrialPattern): number {
  return labelled.length ** 2 * ((4 / 3) * labelled.length + unlabelled.length);
}

/** Random questions, the first of every group before the second of any: members of a group are nearly equal. */
function drawLandmarks(groups: Int32Array, count: number, seed: number): Int32Array {
  const order = shuffledIndices(groups.length, seededRandom(seed));
  const seen = new Set<number>();
  const firsts: number[] = [];
  const others: number[] = [];
  for (const question of order) {
    (seen.has(groups[question]!) ? others : firsts).push(question);
    seen.add(groups[question]!);
  }
  return Int32Array.from([...firsts, ...others].slice(0, count));
}
