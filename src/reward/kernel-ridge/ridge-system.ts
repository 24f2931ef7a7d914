import type { ShiftedTridiagonal } from "../../kernels/index.ts";

/**
 * The weighted ridge regression of one trial pattern, rotated so that its normal matrix is tridiagonal. With V the
 * rows below and R(λ) = (T + λI)⁻¹, every quantity of every λ is a product of the form aᵀ R(λ) b of rows a, b: the
 * fit, and the error of each group had it been left out (see leave-group-out.ts).
 *
 * - *dual* (exact): W½ K W½ = Q T Qᵀ over the labelled questions; V = Q for labelled questions, K W½ Q for others.
 *   (W½ K W½ + λI)⁻¹ = V R Vᵀ.
 * - *primal* (Nyström): features Z of the questions with Zᵀ W Z = T; V = W½ Z for labelled questions, Z for others.
 *   (W½ Z Zᵀ W½ + λI)⁻¹ = (I - V R Vᵀ) / λ.
 */
export interface RidgeSystem {
  readonly kind: "dual" | "primal";
  /** Length of every row. */
  readonly depth: number;
  /** Diagonal of T. */
  readonly diagonal: Float64Array;
  /** Entry i couples i - 1 and i of T. */
  readonly offDiagonal: Float64Array;
  /** One row a labelled question, row-major. */
  readonly labelledRows: Float64Array;
  /** One row an unlabelled question, row-major. */
  readonly unlabelledRows: Float64Array;
  /** Square roots of the labelled questions' weights w. */
  readonly rootWeights: Float64Array;
  /**
   * The coefficients on the model's anchors that the solution R Vᵀ W½ y stands for.
   * @param target one entry an anchor, row-major with one column a prompt; column `prompt` is written
   */
  writeCoefficients(
    solution: Float64Array,
    target: Float64Array,
    targetColumns: number,
    prompt: number,
  ): void;
}

/** A system factored for one λ. */
export interface FactoredSystem {
  readonly system: RidgeSystem;
  readonly lambda: number;
  readonly factor: ShiftedTridiagonal;
}
