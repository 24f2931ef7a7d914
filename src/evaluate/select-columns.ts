import type { RewardMatrix } from "../types/index.ts";

/** The matrix with only these columns, in this order. */
export function selectColumns(rewards: RewardMatrix, columns: readonly number[]): RewardMatrix {
  return {
    queries: rewards.queries,
    prompts: columns.length,
    successes: selectValues(rewards.successes, rewards.prompts, columns),
    trials: selectValues(rewards.trials, rewards.prompts, columns),
    ...(rewards.inversePropensity !== undefined && {
      inversePropensity: selectValues(rewards.inversePropensity, rewards.prompts, columns),
    }),
    ...(rewards.weightedMeans !== undefined && {
      weightedMeans: selectValues(rewards.weightedMeans, rewards.prompts, columns),
    }),
    ...(rewards.draws !== undefined && { draws: rewards.draws }),
  };
}

/** Those columns of a row-major array that is `width` wide. */
export function selectValues(values: Float64Array, width: number, columns: readonly number[]): Float64Array {
  const rows = values.length / width;
  const selected = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++)
    columns.forEach((column, position) => {
      selected[row * columns.length + position] = values[row * width + column]!;
    });
  return selected;
}
