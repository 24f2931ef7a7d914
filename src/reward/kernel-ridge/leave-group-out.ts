import {
  choleskyFactor,
  choleskySolve,
  factorShiftedTridiagonal,
  halfSolve,
  type ShiftedTridiagonal,
  solveShiftedTridiagonal,
} from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import type { PromptMeans } from "../prompt-means.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import type { RidgeSystem } from "./ridge-system.ts";

/** A system with its labels: what does not depend on λ, computed once. */
export interface LabelledSystem {
  readonly system: RidgeSystem;
  readonly pattern: TrialPattern;
  readonly means: PromptMeans;
  /** Number P of prompts in the whole log. */
  readonly prompts: number;
  /** Mean rewards, labelled questions × the pattern's prompts, row-major. */
  readonly observed: Float64Array;
  /** Vᵀ W½ y for each prompt of the pattern, then Vᵀ W½ 1; each `depth` long. */
  readonly sides: Float64Array;
  readonly groups: readonly GroupMembers[];
}

/** Questions of one group, as positions in the pattern's lists of labelled and unlabelled questions. */
interface GroupMembers {
  readonly group: number;
  readonly labelled: number[];
  readonly unlabelled: number[];
}

/** @param groups of each question */
export function labelSystem(
  system: RidgeSystem,
  pattern: TrialPattern,
  rewards: RewardMatrix,
  groups: Int32Array,
  means: PromptMeans,
): LabelledSystem {
  const columns = pattern.prompts.length;
  const observed = new Float64Array(pattern.labelled.length * columns);
  for (let i = 0; i < pattern.labelled.length; i++) {
    for (let column = 0; column < columns; column++) {
      const entry = pattern.labelled[i]! * rewards.prompts + pattern.prompts[column]!;
      observed[i * columns + column] = rewards.successes[entry]! / rewards.trials[entry]!;
    }
  }
  const sides = rightHandSides(system, observed, columns);
  return {
    system,
    pattern,
    means,
    prompts: rewards.prompts,
    observed,
    sides,
    groups: groupMembers(pattern, groups),
  };
}

/**
 * Predicts every question from all labels but those of its own group, exactly as if the model had been fitted anew
 * without them, the prompts' means included.
 *
 * Leaving group G out of the regression (A + λI) a = y, with A among the labelled questions, scaled by √w, and
 * B = (A + λI)⁻¹, changes the residuals of G to e = B_GG⁻¹ (B y)_G (the block form of the leave-one-out identity;
 * Rasmussen and Williams, Gaussian Processes for Machine Learning, section 5.4.2) and the prediction at an unlabelled
 * question u of the group by -B_uG e. Both are linear in y, so that y - m · 1, with m the prompt's mean without the
 * group, needs no more than B y and B 1.
 * @param target Q × P, row-major; the columns of the pattern's prompts are written, not clipped
 */
export function predictWithoutGroups(
  labelledSystem: LabelledSystem,
  lambda: number,
  target: Float64Array,
): void {
  const { system, pattern, sides, groups } = labelledSystem;
  const { depth } = system;
  const sideCount = pattern.prompts.length + 1;
  const factor = factorShiftedTridiagonal(system.diagonal, system.offDiagonal, lambda);
  const halfSides = new Float64Array(sides.length);
  for (let side = 0; side < sideCount; side++)
    halfSolve(factor, sides, side * depth, halfSides, side * depth);
  const largest = groups.reduce(
    (most, one) => Math.max(most, one.labelled.length + one.unlabelled.length),
    0,
  );
  const rows = new Float64Array(largest * depth);
  const fits = new Float64Array(largest * sideCount);
  for (const members of groups) {
    fitGroup(labelledSystem, members, factor, halfSides, rows, fits);
    const count = members.labelled.length;
    const block = leftOutBlock(system, rows, count, lambda);
    for (let column = 0; column < sideCount - 1; column++) {
      leaveOut(labelledSystem, members, column, lambda, block, rows, fits, target);
    }
  }
}

/** Half-solved rows of a group's members, labelled ones first, and their products with all right-hand sides. */
function fitGroup(
  { system, pattern }: LabelledSystem,
  members: GroupMembers,
  factor: ShiftedTridiagonal,
  halfSides: Float64Array,
  rows: Float64Array,
  fits: Float64Array,
): void {
  const { depth } = system;
  const sideCount = pattern.prompts.length + 1;
  const fitRow = (source: Float64Array, position: number, i: number): void => {
    halfSolve(factor, source, position * depth, rows, i * depth);
    for (let side = 0; side < sideCount; side++) {
      fits[i * sideCount + side] = product(rows, i * depth, halfSides, side * depth, depth);
    }
  };
  const count = members.labelled.length;
  for (let i = 0; i < count; i++) fitRow(system.labelledRows, members.labelled[i]!, i);
  for (let i = 0; i < members.unlabelled.length; i++) {
    fitRow(system.unlabelledRows, members.unlabelled[i]!, count + i);
  }
}

/** The Cholesky factor of B_GG. */
function leftOutBlock(system: RidgeSystem, rows: Float64Array, count: number, lambda: number): Float64Array {
  const { depth, kind } = system;
  const block = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const value = product(rows, i * depth, rows, j * depth, depth);
      block[i * count + j] = kind === "dual" ? value : ((i === j ? 1 : 0) - value) / lambda;
    }
  }
  choleskyFactor(block, count);
  return block;
}

/** Writes one prompt's predictions of one group. */
function leaveOut(
  { system, pattern, means, prompts, observed }: LabelledSystem,
  { group, labelled, unlabelled }: GroupMembers,
  column: number,
  lambda: number,
  block: Float64Array,
  rows: Float64Array,
  fits: Float64Array,
  target: Float64Array,
): void {
  const { depth, kind, rootWeights } = system;
  const columns = pattern.prompts.length;
  const prompt = pattern.prompts[column]!;
  const mean = means.withoutGroup[group * prompts + prompt]!;
  const centredFit = (i: number): number => {
    const base = i * (columns + 1);
    return fits[base + column]! - mean * fits[base + columns]!;
  };
  const count = labelled.length;
  const errors = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (kind === "dual") {
      errors[i] = centredFit(i);
    } else {
      const centred = rootWeights[labelled[i]!]! * (observed[labelled[i]! * columns + column]! - mean);
      errors[i] = (centred - centredFit(i)) / lambda;
    }
  }
  choleskySolve(block, count, errors);
  for (let i = 0; i < count; i++) {
    target[pattern.labelled[labelled[i]!]! * prompts + prompt] =
      observed[labelled[i]! * columns + column]! - errors[i]! / rootWeights[labelled[i]!]!;
  }
  for (let i = 0; i < unlabelled.length; i++) {
    let prediction = mean + centredFit(count + i);
    for (let k = 0; k < count; k++) {
      prediction -= product(rows, (count + i) * depth, rows, k * depth, depth) * errors[k]!;
    }
    target[pattern.unlabelled[unlabelled[i]!]! * prompts + prompt] = prediction;
  }
}

/**
 * The fit on all labels.
 * @param target coefficients, anchors × P, row-major; the columns of the pattern's prompts are written
 */
export function writeCoefficients(
  labelledSystem: LabelledSystem,
  lambda: number,
  target: Float64Array,
): void {
  const { system, pattern, means, prompts, sides } = labelledSystem;
  const { depth } = system;
  const columns = pattern.prompts.length;
  const factor = factorShiftedTridiagonal(system.diagonal, system.offDiagonal, lambda);
  for (let column = 0; column < columns; column++) {
    const prompt = pattern.prompts[column]!;
    const side = new Float64Array(depth);
    for (let k = 0; k < depth; k++) {
      side[k] = sides[column * depth + k]! - means.all[prompt]! * sides[columns * depth + k]!;
    }
    system.writeCoefficients(solveShiftedTridiagonal(factor, side), target, prompts, prompt);
  }
}

function rightHandSides(system: RidgeSystem, observed: Float64Array, columns: number): Float64Array {
  const { depth, labelledRows, rootWeights } = system;
  const sides = new Float64Array((columns + 1) * depth);
  for (let i = 0; i < rootWeights.length; i++) {
    for (let side = 0; side <= columns; side++) {
      const value = rootWeights[i]! * (side < columns ? observed[i * columns + side]! : 1);
      for (let k = 0; k < depth; k++) sides[side * depth + k]! += value * labelledRows[i * depth + k]!;
    }
  }
  return sides;
}

function groupMembers(pattern: TrialPattern, groups: Int32Array): GroupMembers[] {
  const byGroup = new Map<number, GroupMembers>();
  const membersOf = (query: number): GroupMembers => {
    const group = groups[query]!;
    const known = byGroup.get(group);
    if (known !== undefined) return known;
    const created = { group, labelled: [], unlabelled: [] };
    byGroup.set(group, created);
    return created;
  };
  pattern.labelled.forEach((query, position) => {
    membersOf(query).labelled.push(position);
  });
  pattern.unlabelled.forEach((query, position) => {
    membersOf(query).unlabelled.push(position);
  });
  return [...byGroup.values()];
}

function product(a: Float64Array, offsetA: number, b: Float64Array, offsetB: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[offsetA + k]! * b[offsetB + k]!;
  return sum;
}
