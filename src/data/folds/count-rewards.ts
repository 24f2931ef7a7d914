import type { RewardLog, RewardMatrix } from "../../types/index.ts";

/** Means that differ by less were taken of the same rewards with the same weights. */
const ROUNDING = 1e-9;

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
  if (log.propensity === undefined) return counts;
  return { ...counts, ...weighByPropensity(log, log.propensity, unitOfInteraction, counts, columnOfPrompt) };
}

/** Each pair's inverse propensities as a share of its unit's draws, and the means they make of its rewards. */
function weighByPropensity(
  log: RewardLog,
  propensity: Float64Array,
  unitOfInteraction: Int32Array,
  counts: RewardMatrix,
  columnOfPrompt: Int32Array,
): Pick<RewardMatrix, "inversePropensity" | "weightedMeans" | "draws"> {
  const { queries: units, prompts, successes, trials } = counts;
  const sums = new Float64Array(units * prompts);
  const rewards = new Float64Array(units * prompts);
  const draws = drawsOfUnits(log, propensity, unitOfInteraction, units);
  for (let index = 0; index < log.length; index++) {
    const unit = unitOfInteraction[index]!;
    const column = columnOfPrompt[log.promptIndex[index]!]!;
    if (unit < 0 || column < 0) continue;
    sums[unit * prompts + column]! += 1 / propensity[index]!;
    rewards[unit * prompts + column]! += log.reward[index]! / propensity[index]!;
  }
  const weightedMeans = sums.map((sum, pair) => (sum === 0 ? 0 : rewards[pair]! / sum));
  const differ = weightedMeans.some(
    (mean, pair) => sums[pair]! > 0 && Math.abs(mean - successes[pair]! / trials[pair]!) > ROUNDING,
  );
  return {
    // A unit without any draw has 0 / 0.
    inversePropensity: sums.map((sum, pair) => sum / draws[Math.floor(pair / prompts)]!),
    ...(differ && { weightedMeans }),
    draws,
  };
}

/** How often something was drawn for each unit: a slot, or one answer's prompt. */
function drawsOfUnits(
  log: RewardLog,
  propensity: Float64Array,
  unitOfInteraction: Int32Array,
  units: number,
): Float64Array {
  const draws = new Float64Array(units);
  const inSlots = isDrawnInSlots(log, propensity);
  const seen = new Set<number>();
  for (let index = 0; index < log.length; index++) {
    const unit = unitOfInteraction[index]!;
    if (unit < 0) continue;
    if (inSlots) {
      const slot = findSlot(log, index);
      if (seen.has(slot)) continue;
      seen.add(slot);
    }
    draws[unit]! += 1;
  }
  return draws;
}

/**
 * An adaptive collection draws *slots*, the prompts that one repetition of a question is put to, and its propensities
 * are chances of being among them; traffic draws one prompt for each answer. Which it was, the propensities tell: over
 * the log the inverses of each prompt's sum to the number of draws, in expectation.
 */
function isDrawnInSlots(log: RewardLog, propensity: Float64Array): boolean {
  const prompts = new Set(log.promptIndex).size;
  const slots = new Set<number>();
  let inverses = 0;
  for (let index = 0; index < log.length; index++) {
    slots.add(findSlot(log, index));
    inverses += 1 / propensity[index]!;
  }
  const distance = (draws: number): number => Math.abs(Math.log((draws * prompts) / inverses));
  return distance(slots.size) <= distance(log.length);
}

function findSlot(log: RewardLog, index: number): number {
  return log.repetition[index]! * log.queries.length + log.queryIndex[index]!;
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
