import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../../errors.ts";
import type { DatasetRow } from "../../datasets/dataset-row.ts";
import { readGsm8kRows } from "../../datasets/gsm8k.ts";
import { readFoldRows } from "../../datasets/mawps.ts";

/** Data sets of the release. */
export type ReleasedTask = "gsm8k" | "mawps" | "svamp";

/** Number of rows of each part, in the order of the label vectors. */
export const RELEASED_ROWS: Readonly<
  Record<ReleasedTask, { readonly train: number; readonly test: number }>
> = {
  gsm8k: { train: 7473, test: 1000 },
  mawps: { train: 6000, test: 1685 },
  svamp: { train: 15000, test: 4690 },
};

const FOLDS = [0, 1, 2, 3, 4];

/** Where a data set's files may lie below the folder of texts: our layout, the upstream repositories', or the folder itself. */
const LOCATIONS: Readonly<Record<ReleasedTask, readonly string[]>> = {
  gsm8k: [
    "grade-school-math",
    "grade-school-math/grade_school_math/data",
    "grade_school_math/data",
    "data",
    ".",
  ],
  mawps: ["SVAMP/cv_mawps", "SVAMP/data/cv_mawps", "data/cv_mawps", "cv_mawps", "."],
  svamp: [
    "SVAMP/cv_svamp_augmented",
    "SVAMP/data/cv_svamp_augmented",
    "data/cv_svamp_augmented",
    "cv_svamp_augmented",
    ".",
  ],
};

/** The questions of a task in the exact order of the released labels. */
export interface ReleasedQuestions {
  /** Training rows, then test rows. */
  readonly rows: readonly DatasetRow[];
  readonly files: readonly string[];
}

/**
 * Finds and reads a task's questions (METHOD of the release, step 1): gsm8k is `train.jsonl`, then the first 1000
 * lines of `test.jsonl`; mawps and svamp are the five folds' `train.csv`, concatenated.
 * @param texts a folder that holds clones of the data sets' repositories, or one of them
 * @throws DataError where the files are not found (all places looked at are listed) or have another number of rows
 */
export async function readReleasedQuestions(task: ReleasedTask, texts: string): Promise<ReleasedQuestions> {
  const names =
    task === "gsm8k" ? ["train.jsonl", "test.jsonl"] : FOLDS.map((fold) => join(`fold${fold}`, "train.csv"));
  const folder = await findFolder(texts, LOCATIONS[task], names, task);
  const files = names.map((name) => join(folder, name));
  const rows: DatasetRow[] = [];
  const { train, test } = RELEASED_ROWS[task];
  if (task === "gsm8k") {
    for await (const row of readGsm8kRows(files[0]!)) rows.push(row);
    if (rows.length !== train)
      throw new DataError(`The file has ${rows.length} questions, expected ${train}.`, { file: files[0]! });
    for await (const row of readGsm8kRows(files[1]!)) {
      rows.push(row);
      if (rows.length === train + test) break;
    }
  } else for (const file of files) for await (const row of readFoldRows(file)) rows.push(row);
  if (rows.length !== train + test)
    throw new DataError(
      `The files ${names.join(", ")} have ${rows.length} questions together, expected ${train + test} (${train} for training and ${test} for testing).`,
      { file: folder },
    );
  return { rows, files };
}

async function findFolder(
  texts: string,
  locations: readonly string[],
  names: readonly string[],
  task: ReleasedTask,
): Promise<string> {
  for (const location of locations) {
    const folder = join(texts, location);
    const found = await Promise.all(names.map((name) => isFile(join(folder, name))));
    if (found.every(Boolean)) return folder;
  }
  const repository = task === "gsm8k" ? "openai/grade-school-math" : "arkilpatel/SVAMP";
  throw new DataError(
    `The questions of ${task} were not found. Looked for ${names.join(", ")} in ${locations
      .map((location) => join(texts, location))
      .join(", ")}. Clone github.com/${repository} and name its folder by --texts.`,
    { file: texts },
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
