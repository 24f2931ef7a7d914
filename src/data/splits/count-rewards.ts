import type { RewardLog, RewardMatrix } from "../../types/index.ts";

/**
 * Sums interactions into success counts.
 * @param unitOfInteraction matrix row of each interaction, or -1 to leave it out: the question's index for one row
 *   a question, or `LogRows.rowOfInteraction` for one a published row
 * @param units number of matrix rows
 * @param columns prompts (indices into the log's prompts) in column order
 */
export function countRewards(
  log: RewardLog,
  unitOfInteraction: Int32Array,
  units: number,
  columns: Int32Array,
): RewardMatrix {
  const columnOfPrompt = columnsByPrompt(log, columns);
  const prompts = columns.length;
  const successes = new Float64Array(units * prompts);
  const trials = new Float64Array(units * prompts);
  for (let index = 0; index < log.length; index++) {
    const unit = unitOfInteraction[index]!;
    const column = columnOfPrompt[log.promptIndex[index]!]!;
    if (unit < 0 || column < 0) continue;
    successes[unit * prompts + column]! += log.reward[index]!;
    trials[unit * prompts + column]! += 1;
  }
  const counts = { queries: units, prompts, successes, trials };
  return log.propensity === undefined
    ? counts
    : {
        ...counts,
        inversePropensity: inversePropensities(
          log,
          log.propensity,
          unitOfInteraction,
          counts,
          columnOfPrompt,
        ),
      };
}

/** Each pair's inverse propensities, summed over its repeats and divided by the repeats its unit had at all. */
function inversePropensities(
  log: RewardLog,
  propensity: Float64Array,
  unitOfInteraction: Int32Array,
  { queries: units, prompts }: RewardMatrix,
  columnOfPrompt: Int32Array,
): Float64Array {
  const sums = new Float64Array(units * prompts);
  const repeats = Array.from({ length: units }, () => new Set<number>());
  for (let index = 0; index < log.length; index++) {
    const unit = unitOfInteraction[index]!;
    if (unit < 0) continue;
    repeats[unit]!.add(log.repetition[index]!);
    const column = columnOfPrompt[log.promptIndex[index]!]!;
    if (column >= 0) sums[unit * prompts + column]! += 1 / propensity[index]!;
  }
  return sums.map((sum, pair) => (sum === 0 ? 0 : sum / repeats[Math.floor(pair / prompts)]!.size));
}

/**
 * Means of a column of the log (confidence, critic) over the interactions of each unit and prompt, skipping NaN.
 * @returns `units × columns` row-major, NaN where a pair has no value; null where the log has none at all
 */
export function meanSignal(
  log: RewardLog,
  signal: Float64Array,
  unitOfInteraction: Int32Array,
  units: number,
  columns: Int32Array,
): Float64Array | null {
  const columnOfPrompt = columnsByPrompt(log, columns);
  const sums = new Float64Array(units * columns.length);
  const counts = new Float64Array(units * columns.length);
  let found = false;
  for (let index = 0; index < log.length; index++) {
    const unit = unitOfInteraction[index]!;
    const column = columnOfPrompt[log.promptIndex[index]!]!;
    const value = signal[index]!;
    if (unit < 0 || column < 0 || Number.isNaN(value)) continue;
    found = true;
    sums[unit * columns.length + column]! += value;
    counts[unit * columns.length + column]! += 1;
  }
  return found ? sums.map((sum, index) => (counts[index]! > 0 ? sum / counts[index]! : Number.NaN)) : null;
}

function columnsByPrompt(log: RewardLog, columns: Int32Array): Int32Array {
  const columnOfPrompt = new Int32Array(log.prompts.length).fill(-1);
  columns.forEach((prompt, column) => {
    columnOfPrompt[prompt] = column;
  });
  return columnOfPrompt;
}
