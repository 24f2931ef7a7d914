import { ShapeError } from "../errors.ts";
import type { RewardTraining } from "./reward-model.ts";

/**
 * @throws ShapeError where the sizes of a training set disagree, a count is impossible, or there is nothing in it
 */
export function checkTraining(training: RewardTraining): void {
  const { queries, prompts, rewards, groups, folds, fixedColumn } = training;
  const expectSize = (what: string, found: number, expected: number): void => {
    if (found === expected) return;
    throw new ShapeError(
      `${what}: ${found} found, ${expected} expected. Build all parts from the same log.`,
      {
        found,
        expected,
      },
    );
  };
  const rows = rewards.queries;
  const columns = rewards.prompts;
  if (rows === 0 || columns === 0) {
    throw new ShapeError(
      `A reward matrix of ${rows} questions and ${columns} prompts was given; at least one of each is needed.`,
    );
  }
  expectSize("Embedded questions", queries.rows, rows);
  expectSize("Embedded prompts", prompts.rows, columns);
  expectSize("Entries of the successes", rewards.successes.length, rows * columns);
  expectSize("Entries of the trials", rewards.trials.length, rows * columns);
  expectSize("Entries of the groups", groups.length, rows);
  expectSize("Entries of the folds", folds.length, rows);
  if (!Number.isInteger(fixedColumn) || fixedColumn < 0 || fixedColumn >= columns) {
    throw new ShapeError(
      `The fixed column is ${fixedColumn}; a whole number from 0 to ${columns - 1} is expected.`,
    );
  }
  for (let row = 0; row < rows; row++) {
    if (groups[row]! < 0 || folds[row]! < 0) {
      throw new ShapeError(
        `Question ${row} has group ${groups[row]} and fold ${folds[row]}; both are expected to be 0 or more.`,
        { row },
      );
    }
  }
  for (let entry = 0; entry < rows * columns; entry++) {
    const trials = rewards.trials[entry]!;
    const successes = rewards.successes[entry]!;
    // Written so that NaN fails; the slack is for sums of fractional rewards.
    if (trials >= 0 && trials < Infinity && successes >= -1e-9 && successes <= trials + 1e-9) continue;
    throw new ShapeError(
      `Question ${Math.floor(entry / columns)} has ${successes} successes in ${trials} trials under prompt ${entry % columns}; a finite number of trials, 0 or more, and successes from 0 to that are expected.`,
      { row: Math.floor(entry / columns), column: entry % columns },
    );
  }
}
