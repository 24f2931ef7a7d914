import { ShapeError } from "../errors.ts";

/** T + shift · I as L D Lᵀ, T symmetric tridiagonal and the sum positive definite. */
export interface ShiftedTridiagonal {
  readonly size: number;
  /** Subdiagonal of the unit lower bidiagonal L; entry 0 is 0. */
  readonly lower: Float64Array;
  /** 1 / √D. */
  readonly inverseRoot: Float64Array;
}

/**
 * @param diagonal of T
 * @param offDiagonal of T; entry i couples i - 1 and i
 * @throws ShapeError where T + shift · I is not positive definite
 */
export function factorShiftedTridiagonal(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  shift: number,
): ShiftedTridiagonal {
  const size = diagonal.length;
  const lower = new Float64Array(size);
  const inverseRoot = new Float64Array(size);
  let previous = 1;
  for (let i = 0; i < size; i++) {
    const coupling = i === 0 ? 0 : offDiagonal[i]!;
    const pivot = diagonal[i]! + shift - (coupling * coupling) / previous;
    if (!(pivot > 0)) {
      throw new ShapeError(
        `The shifted tridiagonal matrix is not positive definite: pivot ${i} of ${size} is ${pivot} at shift ${shift}. The kernel must be positive semidefinite and the shift above 0.`,
        { index: i, shift },
      );
    }
    lower[i] = coupling / previous;
    inverseRoot[i] = 1 / Math.sqrt(pivot);
    previous = pivot;
  }
  return { size, lower, inverseRoot };
}

/**
 * D^(-1/2) L⁻¹ x, so that the scalar product of two results is xᵀ (T + shift · I)⁻¹ y.
 * @param source holds x at `offset … offset + size - 1`
 * @param target receives the result at `targetOffset`
 */
export function halfSolve(
  factor: ShiftedTridiagonal,
  source: Float64Array,
  offset: number,
  target: Float64Array,
  targetOffset: number,
): void {
  const { size, lower, inverseRoot } = factor;
  let previous = 0;
  for (let i = 0; i < size; i++) {
    previous = source[offset + i]! - lower[i]! * previous;
    target[targetOffset + i] = previous * inverseRoot[i]!;
  }
}

/** (T + shift · I)⁻¹ x. */
export function solveShiftedTridiagonal(factor: ShiftedTridiagonal, x: Float64Array): Float64Array {
  const { size, lower, inverseRoot } = factor;
  const solution = new Float64Array(size);
  halfSolve(factor, x, 0, solution, 0);
  let next = 0;
  for (let i = size - 1; i >= 0; i--) {
    next = solution[i]! * inverseRoot[i]! - (i + 1 < size ? lower[i + 1]! * next : 0);
    solution[i] = next;
  }
  return solution;
}
