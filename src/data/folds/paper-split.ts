import { UsageError } from "../../errors.ts";
import { PART_CODES, type RewardLog } from "../../types/index.ts";
import type { LogRows } from "./log-rows.ts";

/** The reference's division of rows, with its leak counted. */
export interface PaperSplit {
  /** Rows the reference fits on: the first 80 % of the training rows, unshuffled (its `np.arange` split). */
  readonly fitRows: Int32Array;
  /** All training rows; the best fixed prompt is chosen on these. */
  readonly trainRows: Int32Array;
  readonly testRows: Int32Array;
  readonly leak: {
    readonly testQuestions: number;
    /** Test rows whose very question also stands in the training rows. */
    readonly alsoInTrain: number;
  };
}

const FIT_FRACTION = 0.8;

/**
 * The published train and test rows, leak and all; for reproduction only.
 * @throws UsageError where the log does not say which rows are train and which are test
 */
export function paperSplit(log: RewardLog, rows: LogRows): PaperSplit {
  const rowsOfPart = (part: number): Int32Array =>
    Int32Array.from({ length: rows.length }, (_, row) => row).filter((row) => rows.part[row] === part);
  const trainRows = rowsOfPart(PART_CODES.train);
  const testRows = rowsOfPart(PART_CODES.test);
  if (trainRows.length === 0 || testRows.length === 0)
    throw new UsageError(
      `the paper protocol needs rows marked train and test, but of ${rows.length} rows ${trainRows.length} are ` +
        `train and ${testRows.length} test: use --protocol grouped or nested, or give "split" in the log`,
    );
  const trainTexts = new Set(Array.from(trainRows, (row) => log.queries[rows.queryIndex[row]!]!.text));
  const alsoInTrain = testRows.reduce(
    (count, row) => count + (trainTexts.has(log.queries[rows.queryIndex[row]!]!.text) ? 1 : 0),
    0,
  );
  return {
    fitRows: trainRows.slice(0, Math.floor(FIT_FRACTION * trainRows.length)),
    trainRows,
    testRows,
    leak: { testQuestions: testRows.length, alsoInTrain },
  };
}
