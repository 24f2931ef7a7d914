import { cosineIndex, decayInPlace, multiplyTransposed, unitRows } from "../../kernels/index.ts";
import type { FeatureBlock, FeatureMatrix } from "../../types/index.ts";

/** Kernel values of questions with fixed landmarks. */
export interface BaseKernel {
  readonly landmarks: number;
  /**
   * Prepares questions for `write`.
   * @throws ShapeError where they are of another kind or width than the landmarks
   */
  of(features: FeatureMatrix): {
    /** Writes the values of questions `from … to - 1` with all landmarks, row-major, all in [0, 1]. */
    write(from: number, to: number, target: Float64Array): void;
  };
}

/** Width of the kernel of cosines; widths from .25 to .5 do equally well. */
const COSINE_WIDTH = 0.5;

/** @param kernel how rows are compared, see `FeatureBlock` */
export function baseKernel(kernel: FeatureBlock["kernel"], landmarks: FeatureMatrix): BaseKernel {
  return kernel === "cosine" ? cosineKernel(landmarks) : gaussianKernel(landmarks);
}

function cosineKernel(landmarks: FeatureMatrix): BaseKernel {
  const index = cosineIndex(unitRows(landmarks));
  return {
    landmarks: landmarks.rows,
    of(features) {
      const rows = unitRows(features);
      return {
        write(from, to, target) {
          index.cosines(rows, from, to, target);
          decayInPlace(target, 0, (to - from) * index.anchors, 1 / COSINE_WIDTH, -1 / COSINE_WIDTH);
        },
      };
    },
  };
}

function gaussianKernel(landmarks: FeatureMatrix): BaseKernel {
  const { columns } = landmarks;
  const fixed = Float64Array.from(landmarks.values);
  const fixedSquares = squaredLengths(fixed, columns);
  return {
    landmarks: landmarks.rows,
    of(features) {
      const values = Float64Array.from(features.values);
      const squares = squaredLengths(values, columns);
      return {
        write(from, to, target) {
          const block = values.subarray(from * columns, to * columns);
          multiplyTransposed(block, to - from, fixed, landmarks.rows, columns, target);
          for (let row = from; row < to; row++) {
            const base = (row - from) * landmarks.rows;
            for (let k = 0; k < landmarks.rows; k++) {
              target[base + k] = squares[row]! + fixedSquares[k]! - 2 * target[base + k]!;
            }
          }
          decayInPlace(target, 0, (to - from) * landmarks.rows, -1 / (2 * columns), 0);
        },
      };
    },
  };
}

function squaredLengths(rows: Float64Array, columns: number): Float64Array {
  const squares = new Float64Array(rows.length / columns);
  for (let row = 0; row < squares.length; row++)
    for (let k = 0; k < columns; k++) squares[row]! += rows[row * columns + k]! ** 2;
  return squares;
}
