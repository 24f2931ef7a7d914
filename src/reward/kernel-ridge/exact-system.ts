import {
  multiplyTransposed,
  pauseBetweenSteps,
  transpose,
  tridiagonaliseSteps,
} from "../../kernels/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import type { QuestionKernel } from "./question-kernel.ts";
import type { RidgeSystem } from "./ridge-system.ts";

/**
 * All labelled questions as anchors: kernel ridge regression without approximation. Costs 4/3 n³ multiplications for
 * n labelled questions and n² for every unlabelled one.
 * @param weights w of each labelled question
 * @param pause called now and then; throws to stop the work
 */
export async function exactSystem(
  kernel: QuestionKernel,
  pattern: TrialPattern,
  weights: Float64Array,
  pause: () => Promise<void>,
): Promise<RidgeSystem> {
  const { labelled, unlabelled } = pattern;
  const size = labelled.length;
  const rootWeights = weights.map(Math.sqrt);
  const matrix = kernel.block(labelled, labelled);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j]! *= rootWeights[i]! * rootWeights[j]!;
  }
  const { diagonal, offDiagonal, transform } = await pauseBetweenSteps(
    tridiagonaliseSteps(matrix, size),
    pause,
  );
  const unlabelledRows = new Float64Array(unlabelled.length * size);
  if (unlabelled.length > 0) {
    const cross = kernel.block(unlabelled, labelled);
    for (let i = 0; i < unlabelled.length; i++) {
      for (let j = 0; j < size; j++) cross[i * size + j]! *= rootWeights[j]!;
    }
    const rotation = transpose(transform, size, size);
    multiplyTransposed(cross, unlabelled.length, rotation, size, size, unlabelledRows);
  }
  return {
    kind: "dual",
    depth: size,
    diagonal,
    offDiagonal,
    labelledRows: transform,
    unlabelledRows,
    rootWeights,
    writeCoefficients(solution, target, targetColumns, prompt) {
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += transform[i * size + k]! * solution[k]!;
        target[labelled[i]! * targetColumns + prompt] = rootWeights[i]! * sum;
      }
    },
  };
}
