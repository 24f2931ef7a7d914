import { pickRows } from "../../kernels/index.ts";
import type { EmbeddedQueries, FeatureBlock, FeatureBlocks } from "../../types/index.ts";
import { baseKernel } from "./base-kernel.ts";
import type { KernelRows } from "./normal-equations.ts";

/** The questions' blocks, whether there is one embedding or several. */
export function asBlocks(queries: EmbeddedQueries): FeatureBlocks {
  if (queries.kind === "blocks") return queries;
  const only: FeatureBlock = { name: "embedding", kernel: "cosine", features: queries };
  return { kind: "blocks", rows: queries.rows, blocks: [only], sums: [[0]] };
}

/** Kernel values of questions with landmarks, each base kernel computed once and kept in single precision. */
export interface KernelTable {
  /** Rows of the mean of some base kernels. @param sum positions of blocks */
  rows(sum: readonly number[]): KernelRows;
}

/** Questions whose kernel values are computed at a time. */
const ROWS_AT_A_TIME = 64;

/**
 * @param questions whose rows are wanted; others must not be asked for
 * @param landmarks indices of questions
 */
export function kernelTable(
  { blocks, rows }: FeatureBlocks,
  questions: Int32Array,
  landmarks: Int32Array,
): KernelTable {
  const size = landmarks.length;
  const tables = blocks.map(({ kernel, features }) => {
    const values = new Float32Array(questions.length * size);
    const asked = baseKernel(kernel, pickRows(features, landmarks)).of(pickRows(features, questions));
    const some = new Float64Array(ROWS_AT_A_TIME * size);
    for (let from = 0; from < questions.length; from += ROWS_AT_A_TIME) {
      const to = Math.min(questions.length, from + ROWS_AT_A_TIME);
      asked.write(from, to, some);
      values.set(some.subarray(0, (to - from) * size), from * size);
    }
    return values;
  });
  return createKernelTable(tables, questions, rows, size, size);
}

/**
 * @param tables of each base kernel, `questions × stride`, of which the first `size` columns count
 * @param rows of which `questions` are some
 */
export function createKernelTable(
  tables: readonly Float32Array[],
  questions: Int32Array,
  rows: number,
  size: number,
  stride: number,
): KernelTable {
  const place = new Int32Array(rows).fill(-1);
  questions.forEach((question, position) => {
    place[question] = position;
  });
  return {
    rows: (sum) => ({
      landmarks: size,
      write(wanted, target) {
        const scale = 1 / sum.length;
        target.fill(0, 0, wanted.length * size);
        for (const block of sum) {
          const table = tables[block]!;
          for (let row = 0; row < wanted.length; row++) {
            const from = place[wanted[row]!]! * stride;
            const base = row * size;
            for (let k = 0; k < size; k++) target[base + k]! += scale * table[from + k]!;
          }
        }
      },
    }),
  };
}
