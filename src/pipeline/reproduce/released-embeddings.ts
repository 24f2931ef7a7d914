import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type LogRows, readNpy } from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import { type DenseFeatures, PART_CODES } from "../../types/index.ts";

/** Embeddings of a log's questions, read from the release. */
export interface ReleasedEmbeddings {
  /** One row a question of the log, in its order. */
  readonly features: DenseFeatures;
  /** Files they were read from, relative to the release. */
  readonly files: readonly string[];
}

const GSM8K_TRAIN = "GSM8K_train_Q_embeddings.npy";
const GSM8K_TEST = "GSM8K_test_Q_embeddings.npy";
/**
 * Train and test rows in one array. The reference's scripts disagree which of the first two belongs to mawps and which
 * to svamp (its step 5 was changed between versions), so the number of rows decides.
 */
const WHOLE_FILES = ["svamp_Q_embeddings.npy", "aug_svamp_Q_embeddings.npy", "mawps_Q_embeddings.npy"];

/**
 * The release's embeddings of a task's questions (text-embedding-ada-002), where they are there and have as many rows
 * as the log; null where they do not, so that our own are used. A repeated question has the embedding of its first row.
 * @param release clone of holarissun/Prompt-OIRL
 * @param rows as published, training rows first
 * @param questions number of distinct questions
 * @throws DataError where a file that fits is damaged, or holds something else than finite numbers
 */
export async function readReleasedEmbeddings(
  release: string,
  task: string,
  rows: LogRows,
  questions: number,
): Promise<ReleasedEmbeddings | null> {
  const folder = join(release, "embeddings");
  const trainRows = rows.part.reduce((count, part) => count + (part === PART_CODES.train ? 1 : 0), 0);
  if (task === "gsm8k") {
    const train = await readMatrix(join(folder, GSM8K_TRAIN));
    const test = await readMatrix(join(folder, GSM8K_TEST));
    // The reference takes the first 1000 of the 1319 test questions.
    if (train === null || test === null || train.rows !== trainRows || test.rows < rows.length - trainRows)
      return null;
    if (train.columns !== test.columns)
      throw new DataError(
        `has ${test.columns} columns, but ${GSM8K_TRAIN} has ${train.columns}; both must come from one embedder.`,
        { file: join(folder, GSM8K_TEST) },
      );
    const features = byQuestion(rows, questions, train.columns, (row) =>
      row < trainRows ? findRow(train, row) : findRow(test, row - trainRows),
    );
    return { features, files: [`embeddings/${GSM8K_TRAIN}`, `embeddings/${GSM8K_TEST}`] };
  }
  for (const name of WHOLE_FILES) {
    const whole = await readMatrix(join(folder, name), rows.length);
    if (whole === null) continue;
    return {
      features: byQuestion(rows, questions, whole.columns, (row) => findRow(whole, row)),
      files: [`embeddings/${name}`],
    };
  }
  return null;
}

/**
 * A matrix of finite numbers; null where there is no such file, or not with so many rows.
 * @throws DataError
 */
export async function readMatrix(file: string, expectedRows?: number): Promise<DenseFeatures | null> {
  if ((await stat(file).catch(() => null))?.isFile() !== true) return null;
  const { shape, values, dtype } = await readNpy(file);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined || columns === 0)
    throw new DataError(`has shape (${shape.join(", ")}), expected (rows, width).`, { file });
  if (expectedRows !== undefined && rows !== expectedRows) return null;
  if (!(values instanceof Float32Array || values instanceof Float64Array))
    throw new DataError(`holds ${dtype}, expected floating-point numbers.`, { file });
  const single = Float32Array.from(values);
  const wrong = single.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new DataError(
      `row ${Math.floor(wrong / columns)}, column ${wrong % columns} (both from 0) is ${values[wrong]}, expected a finite number that a float32 can hold.`,
      { file },
    );
  return { kind: "dense", rows, columns, values: single };
}

function byQuestion(
  rows: LogRows,
  questions: number,
  columns: number,
  read: (row: number) => Float32Array,
): DenseFeatures {
  const values = new Float32Array(questions * columns);
  const filled = new Uint8Array(questions);
  rows.queryIndex.forEach((question, row) => {
    if (filled[question] === 1) return;
    filled[question] = 1;
    values.set(read(row), question * columns);
  });
  return { kind: "dense", rows: questions, columns, values };
}

function findRow({ values, columns }: DenseFeatures, row: number): Float32Array {
  return values.subarray(row * columns, (row + 1) * columns);
}
