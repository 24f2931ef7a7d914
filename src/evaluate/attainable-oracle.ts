import { ShapeError } from "../errors.ts";
import type { RewardLog } from "../types/index.ts";

/** Between which successes the best possible choice by question lies. Fractions, weighted by rows. */
export interface AttainableOracle {
  /**
   * Choosing for each row by the *other* repeats of its question: what anyone with these few samples could have
   * done, so less than the best.
   */
  readonly lower: number;
  /** The highest mean of each question: luck counted as skill, so more than the best. */
  readonly upper: number;
  /** Always the training prompt with the highest mean, on the same rows. */
  readonly fixedSuccess: number;
  /** Rows measured: repeats of a question in which every prompt is labeled. */
  readonly rows: number;
  /** Questions these rows belong to. */
  readonly questions: number;
}

/** One repeat of a question: the rewards of the prompts, NaN where not tried. */
type Row = Float64Array;

/**
 * Brackets the success that choosing the prompt by question could reach at all, from questions asked several
 * times. The single-sample oracle of the paper takes luck for skill; no unbiased estimate of the true one exists.
 *
 * Measured on the rows (a question's repeats) in which every prompt is labeled, of questions with at least two
 * such rows. Ties go to the prompt with the higher mean over all of the log, then to the first.
 *
 * @param promptIndices training prompts, as indices into `log.prompts`
 * @returns null where no question has two rows with every prompt labeled
 * @throws ShapeError without any prompt
 */
export function attainableOracle(log: RewardLog, promptIndices: ArrayLike<number>): AttainableOracle | null {
  const prompts = promptIndices.length;
  if (prompts === 0)
    throw new ShapeError("the attainable oracle needs at least one training prompt, found 0");
  const overall = overallMeans(log, promptIndices);
  const preference = Array.from(overall.keys()).sort((one, other) => overall[other]! - overall[one]!);
  let lower = 0;
  let upper = 0;
  let fixed = 0;
  let rowCount = 0;
  let questions = 0;
  for (const rows of completeRows(log, promptIndices)) {
    if (rows.length < 2) continue;
    questions++;
    rowCount += rows.length;
    const totals = new Float64Array(prompts);
    for (const row of rows) for (let prompt = 0; prompt < prompts; prompt++) totals[prompt]! += row[prompt]!;
    for (const row of rows) {
      const others = totals.map((total, prompt) => total - row[prompt]!);
      lower += row[highest(others, preference)]!;
      fixed += row[preference[0]!]!;
    }
    upper += totals[highest(totals, preference)]!;
  }
  if (questions === 0) return null;
  return {
    lower: lower / rowCount,
    upper: upper / rowCount,
    fixedSuccess: fixed / rowCount,
    rows: rowCount,
    questions,
  };
}

/** The highest of the values; of several equal ones the most preferred. */
function highest(values: Float64Array, preference: readonly number[]): number {
  // Sums of thirds and the like differ in the last digit with the order of adding.
  const slack = 1e-9;
  let best = preference[0]!;
  for (const prompt of preference) if (values[prompt]! > values[best]! + slack) best = prompt;
  return best;
}

/** Mean reward of each prompt over the whole log; below every reward where it was never tried. */
function overallMeans(log: RewardLog, promptIndices: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(log.prompts.length);
  const counts = new Float64Array(log.prompts.length);
  for (let entry = 0; entry < log.length; entry++) {
    const prompt = log.promptIndex[entry]!;
    sums[prompt] = sums[prompt]! + log.reward[entry]!;
    counts[prompt] = counts[prompt]! + 1;
  }
  return Float64Array.from(promptIndices, (prompt) =>
    counts[prompt] === 0 ? -1 : sums[prompt]! / counts[prompt]!,
  );
}

/** The rows of each question in which every prompt is labeled. */
function completeRows(log: RewardLog, promptIndices: ArrayLike<number>): Row[][] {
  const columnOf = new Int32Array(log.prompts.length).fill(-1);
  for (let column = 0; column < promptIndices.length; column++) columnOf[promptIndices[column]!] = column;
  const rows = log.queries.map(() => new Map<number, Row>());
  for (let entry = 0; entry < log.length; entry++) {
    const column = columnOf[log.promptIndex[entry]!]!;
    if (column === -1) continue;
    const ofQuestion = rows[log.queryIndex[entry]!]!;
    const repetition = log.repetition[entry]!;
    let row = ofQuestion.get(repetition);
    if (row === undefined) {
      row = new Float64Array(promptIndices.length).fill(Number.NaN);
      ofQuestion.set(repetition, row);
    }
    row[column] = log.reward[entry]!;
  }
  return rows.map((ofQuestion) => [...ofQuestion.values()].filter((row) => !row.some(Number.isNaN)));
}
