import { type CosineIndex, cosineIndex, pickRows, type UnitRows, unitRows } from "../../kernels/index.ts";
import type { FeatureMatrix } from "../../types/index.ts";

/** k(x, x′) = exp((cos(x, x′) - 1) / width) among the questions of one log. */
export interface QuestionKernel {
  /** Kernel values, row-major, `rows.length × columns.length`; both hold indices of questions. */
  block(rows: Int32Array, columns: Int32Array): Float64Array;
}

/** Rows computed at a time, so that their part of the block stays in cache. */
const ROWS_AT_A_TIME = 64;

export function questionKernel(questions: FeatureMatrix, width: number): QuestionKernel {
  return {
    block(rows, columns) {
      const values = new Float64Array(rows.length * columns.length);
      const index = cosineIndex(unitRows(pickRows(questions, columns)));
      const picked = unitRows(pickRows(questions, rows));
      for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) {
        const to = Math.min(rows.length, from + ROWS_AT_A_TIME);
        writeKernelRows(index, picked, from, to, width, values.subarray(from * columns.length));
      }
      return values;
    },
  };
}

/** Kernel values of queries `from … to - 1` with all anchors of the index, row-major, into `target`. */
export function writeKernelRows(
  index: CosineIndex,
  queries: UnitRows,
  from: number,
  to: number,
  width: number,
  target: Float64Array,
): void {
  index.cosines(queries, from, to, target);
  const length = (to - from) * index.anchors;
  for (let k = 0; k < length; k++) target[k] = Math.exp((target[k]! - 1) / width);
}
