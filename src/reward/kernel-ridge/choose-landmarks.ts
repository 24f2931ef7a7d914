import { choleskyFactor, multiplyTransposed, pickRows, solveLowerRows } from "../../kernels/index.ts";
import type { FeatureBlocks } from "../../types/index.ts";
import { seededRandom } from "../../util/index.ts";
import { baseKernel } from "./base-kernel.ts";
import { createKernelTable, type KernelTable, kernelTable } from "./kernel-table.ts";

/** Landmarks drawn at a time. */
const DRAWN_AT_A_TIME = 128;
/** Added to the kernel among landmarks of one draw, since two of them may be alike. */
const NUGGET = 1e-6;
/** What is left of the kernel's trace, as a share, when there is nothing more worth a landmark. */
const NOTHING_LEFT = 1e-4;

/**
 * Draws landmarks in whose span the mean of all base kernels is nearly kept: by randomly pivoted Cholesky in blocks
 * (Chen, Epperly, Tropp and Webber, Communications on Pure and Applied Mathematics 78, 2025), a question is drawn with
 * probability proportional to what the landmarks so far leave of it. Half as many then do as when drawn evenly.
 * @param questions to draw from
 * @param count at most; fewer where fewer span everything
 * @returns indices of questions, in the order drawn, and the kernel values of all questions with them
 */
export async function chooseLandmarks(
  all: FeatureBlocks,
  questions: Int32Array,
  count: number,
  seed: number,
  pause: () => Promise<void>,
): Promise<{ readonly landmarks: Int32Array; readonly table: KernelTable }> {
  const { blocks } = all;
  const rows = questions.length;
  if (rows <= count) return { landmarks: questions, table: kernelTable(all, questions, questions) };
  const random = seededRandom(seed);
  const features = blocks.map((block) => ({ ...block, features: pickRows(block.features, questions) }));
  const left = new Float64Array(rows).fill(1);
  // L, rows × drawn, in parts of as many columns as were drawn at a time.
  const factor: Float64Array[] = [];
  const tables = blocks.map(() => new Float32Array(rows * count));
  const drawn: number[] = [];
  while (drawn.length < count) {
    await pause();
    const pivots = drawPivots(left, Math.min(DRAWN_AT_A_TIME, count - drawn.length), random.next);
    if (pivots.length === 0) break;
    const size = pivots.length;
    const columns = new Float64Array(rows * size);
    features.forEach(({ kernel, features: own }, block) => {
      const values = new Float64Array(rows * size);
      baseKernel(kernel, pickRows(own, pivots)).of(own).write(0, rows, values);
      const table = tables[block]!;
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < size; k++) {
          const value = values[row * size + k]!;
          columns[row * size + k]! += value / features.length;
          table[row * count + drawn.length + k] = value;
        }
    });
    subtractProjection(columns, factor, pivots);
    const lower = new Float64Array(size * size);
    pivots.forEach((pivot, i) => {
      lower.set(columns.subarray(pivot * size, (pivot + 1) * size), i * size);
      lower[i * size + i]! += NUGGET;
    });
    choleskyFactor(lower, size);
    solveLowerRows(lower, size, columns);
    for (let row = 0; row < rows; row++) {
      let explained = 0;
      for (let k = 0; k < size; k++) explained += columns[row * size + k]! ** 2;
      left[row] = Math.max(0, left[row]! - explained);
    }
    factor.push(columns);
    for (const pivot of pivots) {
      left[pivot] = 0;
      drawn.push(pivot);
    }
    if (left.reduce((sum, value) => sum + value, 0) < NOTHING_LEFT * rows) break;
  }
  return {
    landmarks: Int32Array.from(drawn, (position) => questions[position]!),
    table: createKernelTable(tables, questions, all.rows, drawn.length, count),
  };
}

/** Draws without putting back, in proportion to what is left. */
function drawPivots(left: Float64Array, count: number, next: () => number): Int32Array {
  const weights = left.slice();
  let total = weights.reduce((sum, value) => sum + value, 0);
  const pivots: number[] = [];
  while (pivots.length < count && total > 0) {
    let place = next() * total;
    let pivot = -1;
    for (let row = 0; row < weights.length; row++) {
      if (weights[row] === 0) continue;
      pivot = row;
      place -= weights[row]!;
      if (place < 0) break;
    }
    if (pivot === -1) break;
    pivots.push(pivot);
    total -= weights[pivot]!;
    weights[pivot] = 0;
  }
  return Int32Array.from(pivots);
}

/** columns -= L · L[pivots]ᵀ over the columns of L found so far. */
function subtractProjection(
  columns: Float64Array,
  factor: readonly Float64Array[],
  pivots: Int32Array,
): void {
  const rows = columns.length / pivots.length;
  const product = new Float64Array(columns.length);
  for (const part of factor) {
    const width = part.length / rows;
    const own = new Float64Array(pivots.length * width);
    pivots.forEach((pivot, i) => {
      own.set(part.subarray(pivot * width, (pivot + 1) * width), i * width);
    });
    multiplyTransposed(part, rows, own, pivots.length, width, product);
    for (let k = 0; k < columns.length; k++) columns[k]! -= product[k]!;
  }
}
