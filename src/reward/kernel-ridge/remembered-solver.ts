import type { FeatureMatrix } from "../../types/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import type { KernelRidgeOptions } from "./kernel-ridge-options.ts";
import type { RidgeSystem } from "./ridge-system.ts";
import { chooseSolver, type Solver } from "./solver.ts";

/** As `chooseSolver`, for one set of options. */
export type SolverChoice = (
  questions: FeatureMatrix,
  groups: Int32Array,
  patterns: readonly TrialPattern[],
  seed: number,
) => Solver;

/** 128 MB of float64: a complete log of 4000 questions, or a handful of patterns of a smaller one. */
const MOST_KEPT_VALUES = 2 ** 24;

interface KeptSystem {
  readonly labelled: Int32Array;
  readonly weights: Float64Array;
  readonly system: RidgeSystem;
}

/**
 * Keeps the matrix reductions of the questions last fitted on. Models of other subsets of prompts on the same
 * questions, all 63 of six prompts, then share them: a reduction depends on which questions were tried how often, not
 * on their labels.
 */
export function rememberedSolver(options: Required<KernelRidgeOptions>): SolverChoice {
  let known: { questions: FeatureMatrix; groups: Int32Array; seed: number } | undefined;
  let kept: KeptSystem[] = [];
  let solver: Solver | undefined;
  return (questions, groups, patterns, seed) => {
    const isKnown =
      known !== undefined &&
      known.questions === questions &&
      known.seed === seed &&
      sameValues(known.groups, groups);
    const chosen = chooseSolver(questions, groups, patterns, options, seed);
    if (!isKnown || solver?.name !== chosen.name) {
      known = { questions, groups, seed };
      kept = [];
      solver = chosen;
    }
    const current = solver!;
    return {
      ...current,
      async build(pattern, weights, pause) {
        const found = kept.find(
          (one) => sameValues(one.labelled, pattern.labelled) && sameValues(one.weights, weights),
        );
        if (found !== undefined) return found.system;
        const system = await current.build(pattern, weights, pause);
        kept.push({ labelled: pattern.labelled, weights, system });
        while (kept.length > 0 && sizeOf(kept) > MOST_KEPT_VALUES) kept.shift();
        return system;
      },
    };
  };
}

function sizeOf(kept: readonly KeptSystem[]): number {
  return kept.reduce((sum, { system }) => sum + system.labelledRows.length + system.unlabelledRows.length, 0);
}

function sameValues(one: Int32Array | Float64Array, other: Int32Array | Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
