import {
  choleskyFactor,
  multiplyTransposed,
  pauseBetweenSteps,
  solveLowerRows,
  solveLowerTransposed,
  transpose,
  tridiagonaliseSteps,
} from "../../kernels/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import type { QuestionKernel } from "./question-kernel.ts";
import type { RidgeSystem } from "./ridge-system.ts";

/** Added to the kernel among landmarks, whose diagonal is 1: landmarks with equal features would make it singular. */
const JITTER = 1e-6;

/** Features Φ of all questions with Φ Φᵀ ≈ K, shared by all trial patterns. */
export interface NystromFeatures {
  readonly landmarks: Int32Array;
  /** Q × landmarks, row-major: K(questions, landmarks) L⁻ᵀ. */
  readonly values: Float64Array;
  /** L of K(landmarks, landmarks) = L Lᵀ. */
  readonly lower: Float64Array;
}

/**
 * Nyström approximation of the kernel through its values at some questions (Williams and Seeger 2001).
 * @param landmarks indices of questions
 * @param questions number of all questions
 */
export function nystromFeatures(
  kernel: QuestionKernel,
  landmarks: Int32Array,
  questions: number,
): NystromFeatures {
  const size = landmarks.length;
  const lower = kernel.block(landmarks, landmarks);
  for (let i = 0; i < size; i++) lower[i * size + i]! += JITTER;
  choleskyFactor(lower, size);
  const values = kernel.block(
    Int32Array.from({ length: questions }, (_, query) => query),
    landmarks,
  );
  solveLowerRows(lower, size, values);
  return { landmarks, values, lower };
}

/**
 * Ridge regression on Nyström features: about 3/2 n m² + 4/3 m³ multiplications for n questions and m landmarks.
 * @param weights w of each labelled question
 * @param pause called now and then; throws to stop the work
 */
export async function nystromSystem(
  features: NystromFeatures,
  pattern: TrialPattern,
  weights: Float64Array,
  pause: () => Promise<void>,
): Promise<RidgeSystem> {
  const { labelled, unlabelled } = pattern;
  const { lower, values } = features;
  const size = features.landmarks.length;
  const rootWeights = weights.map(Math.sqrt);
  const weighted = rowsOf(values, size, labelled);
  for (let i = 0; i < labelled.length; i++) {
    for (let k = 0; k < size; k++) weighted[i * size + k]! *= rootWeights[i]!;
  }
  const columns = transpose(weighted, labelled.length, size);
  const normal = new Float64Array(size * size);
  multiplyTransposed(columns, size, columns, size, labelled.length, normal, true);
  await pause();
  const { diagonal, offDiagonal, transform } = await pauseBetweenSteps(
    tridiagonaliseSteps(normal, size),
    pause,
  );
  const rotation = transpose(transform, size, size);
  const rotate = (rows: Float64Array, count: number): Float64Array => {
    const rotated = new Float64Array(count * size);
    multiplyTransposed(rows, count, rotation, size, size, rotated);
    return rotated;
  };
  return {
    kind: "primal",
    depth: size,
    diagonal,
    offDiagonal,
    labelledRows: rotate(weighted, labelled.length),
    unlabelledRows: rotate(rowsOf(values, size, unlabelled), unlabelled.length),
    rootWeights,
    writeCoefficients(solution, target, targetColumns, prompt) {
      const column = new Float64Array(size);
      for (let i = 0; i < size; i++) {
        for (let k = 0; k < size; k++) column[i]! += transform[i * size + k]! * solution[k]!;
      }
      solveLowerTransposed(lower, size, column);
      for (let i = 0; i < size; i++) target[i * targetColumns + prompt] = column[i]!;
    },
  };
}

function rowsOf(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    picked.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  }
  return picked;
}
