import { DataError } from "../../errors.ts";
import type { DenseFeatures } from "../../types/index.ts";
import { cutBetween } from "./binning.ts";

/**
 * Prompt features as orderings of the K training prompts: all that a tree can use of them. Columns that order the
 * prompts alike (or exactly the other way round) split them alike, so only the first of them is kept.
 */
export interface PromptColumns {
  readonly prompts: number;
  /** Number of columns of the original matrix. */
  readonly originalColumns: number;
  /** Original column of each ordering, ascending. */
  readonly columns: Int32Array;
  /** u16 `[orderings][prompts]`: prompts, ascending by value. */
  readonly order: Uint16Array;
  /** u16 `[orderings][prompts]`: rank of each prompt's value; equal values share a rank. */
  readonly rank: Uint16Array;
  /** For each ordering, cut `r` lies between the values of ranks r and r + 1. */
  readonly cuts: readonly Float32Array[];
}

/**
 * @param features K rows, finite
 * @param isActive which original columns may be used
 * @throws DataError where a value is not finite
 */
export function promptColumns(
  features: DenseFeatures,
  isActive: (column: number) => boolean = () => true,
): PromptColumns {
  const { rows: prompts, columns: originalColumns, values } = features;
  const kept: { column: number; order: number[]; rank: Uint16Array; cuts: Float32Array }[] = [];
  const known = new Set<string>();
  for (let column = 0; column < originalColumns; column++) {
    if (!isActive(column)) continue;
    const findFeature = (prompt: number): number => values[prompt * originalColumns + column]!;
    const order = Array.from({ length: prompts }, (_, prompt) => prompt);
    if (order.some((prompt) => !Number.isFinite(findFeature(prompt))))
      throw new DataError(
        `Prompt feature ${column} holds a value that is not finite; boosted trees expect numbers. Embed the prompts again.`,
      );
    order.sort((one, other) => findFeature(one) - findFeature(other) || one - other);
    const rank = new Uint16Array(prompts);
    const cuts: number[] = [];
    for (let position = 1; position < prompts; position++) {
      const low = findFeature(order[position - 1]!);
      const high = findFeature(order[position]!);
      if (low < high) cuts.push(cutBetween(low, high));
      rank[order[position]!] = cuts.length;
    }
    const key = rank.join();
    if (cuts.length === 0 || known.has(key)) continue;
    known.add(key);
    known.add(rank.map((value) => cuts.length - value).join());
    kept.push({ column, order, rank, cuts: Float32Array.from(cuts) });
  }
  const concatenate = (lists: readonly ArrayLike<number>[]): Uint16Array => {
    const all = new Uint16Array(lists.length * prompts);
    lists.forEach((list, index) => {
      all.set(list, index * prompts);
    });
    return all;
  };
  return {
    prompts,
    originalColumns,
    columns: Int32Array.from(kept, ({ column }) => column),
    order: concatenate(kept.map(({ order }) => order)),
    rank: concatenate(kept.map(({ rank }) => rank)),
    cuts: kept.map(({ cuts }) => cuts),
  };
}
