import { multiplyTransposed } from "../../kernels/index.ts";
import type { RewardMatrix } from "../../types/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";

/** Rows k(x) of kernel values with m landmarks, by question. */
export interface KernelRows {
  /** m. */
  readonly landmarks: number;
  /** Writes the rows of the given questions, row-major, `questions.length × m`. */
  write(questions: Int32Array, target: Float64Array): void;
}

/**
 * What the ridge regressions of a set of questions need to know of them: sums over questions, so that those of a
 * training side are those of all questions minus those of the fold left out. Weights w are those of the pattern.
 */
export interface NormalEquations {
  /** Σ w k kᵀ of each pattern, m × m. */
  readonly grams: readonly Float64Array[];
  /** Σ w k r̄ of each prompt, P × m, row-major. */
  readonly sides: Float64Array;
  /** Σ w k of each pattern, m. */
  readonly weights: readonly Float64Array[];
}

/** Rows added up at a time. */
const ROWS_AT_A_TIME = 512;

/**
 * @param patterns of the whole log
 * @param scale trials that weigh 1
 * @param isMember of each question: 1 for those that are summed
 * @param pause called now and then; throws to stop the work
 * @param grams of the same questions and trials, where they are known
 */
export async function normalEquations(
  rows: KernelRows,
  patterns: readonly TrialPattern[],
  rewards: RewardMatrix,
  scale: number,
  isMember: Uint8Array,
  pause: () => Promise<void>,
  grams?: readonly Float64Array[],
): Promise<NormalEquations> {
  const size = rows.landmarks;
  const sides = new Float64Array(rewards.prompts * size);
  const summed: Float64Array[] = [];
  const weights: Float64Array[] = [];
  const block = new Float64Array(ROWS_AT_A_TIME * size);
  const columns = new Float64Array(ROWS_AT_A_TIME * size);
  const product = new Float64Array(size * size);
  for (const pattern of patterns) {
    const gram = new Float64Array(size * size);
    const weight = new Float64Array(size);
    const members = pattern.labeled.filter((question) => isMember[question] === 1);
    for (let from = 0; from < members.length; from += ROWS_AT_A_TIME) {
      await pause();
      const some = members.subarray(from, from + ROWS_AT_A_TIME);
      rows.write(some, block);
      addSides(block, some, pattern, rewards, scale, sides, weight);
      if (grams !== undefined) continue;
      // The columns of the weighted rows, so that their products are those of consecutive numbers.
      for (let i = 0; i < some.length; i++) {
        const root = Math.sqrt(countTrials(rewards, pattern, some[i]!) / scale);
        for (let k = 0; k < size; k++) columns[k * some.length + i] = root * block[i * size + k]!;
      }
      multiplyTransposed(columns, size, columns, size, some.length, product, true);
      for (let k = 0; k < size; k++)
        for (let l = 0; l <= k; l++) gram[k * size + l]! += product[k * size + l]!;
    }
    for (let k = 0; k < size; k++) for (let l = 0; l < k; l++) gram[l * size + k] = gram[k * size + l]!;
    summed.push(gram);
    weights.push(weight);
  }
  return { grams: grams ?? summed, sides, weights };
}

function addSides(
  block: Float64Array,
  questions: Int32Array,
  { prompts }: TrialPattern,
  rewards: RewardMatrix,
  scale: number,
  sides: Float64Array,
  weight: Float64Array,
): void {
  const size = weight.length;
  for (let i = 0; i < questions.length; i++) {
    const row = block.subarray(i * size, (i + 1) * size);
    const start = questions[i]! * rewards.prompts;
    const own = rewards.trials[start + prompts[0]!]! / scale;
    for (let k = 0; k < size; k++) weight[k]! += own * row[k]!;
    for (const prompt of prompts) {
      const value = rewards.successes[start + prompt]! / scale;
      if (value === 0) continue;
      const base = prompt * size;
      for (let k = 0; k < size; k++) sides[base + k]! += value * row[k]!;
    }
  }
}

function countTrials({ trials, prompts }: RewardMatrix, pattern: TrialPattern, question: number): number {
  return trials[question * prompts + pattern.prompts[0]!]!;
}

/** The sums of all parts, or those of all but one; Gram matrices, the dear ones, when they are first asked for. */
export function addUp(parts: readonly NormalEquations[], without?: number): NormalEquations {
  const chosen = parts.filter((_, index) => index !== without);
  const first = parts[0]!;
  const sum = (read: (part: NormalEquations) => Float64Array): Float64Array => {
    const total = read(chosen[0]!).slice();
    for (const part of chosen.slice(1)) {
      const values = read(part);
      for (let k = 0; k < total.length; k++) total[k]! += values[k]!;
    }
    return total;
  };
  let summed: Float64Array[] | undefined;
  return {
    get grams() {
      summed ??= first.grams.map((_, pattern) => sum(({ grams }) => grams[pattern]!));
      return summed;
    },
    sides: sum(({ sides }) => sides),
    weights: first.weights.map((_, pattern) => sum(({ weights }) => weights[pattern]!)),
  };
}
