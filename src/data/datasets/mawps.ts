import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { openTable } from "../files/tables/open-table.ts";
import type { TableRow } from "../files/tables/table.ts";
import { toIoError } from "../files/to-io-error.ts";
import type { DatasetRow } from "./dataset-row.ts";
import { distinctQueries } from "./distinct-queries.ts";

/**
 * The rows of a cross-validation file of arkilpatel/SVAMP in order, placeholders filled.
 * @throws DataError with file and line
 */
export async function* readFoldRows(path: string): AsyncGenerator<DatasetRow, void, void> {
  const table = await openTable(path, { format: "csv" });
  try {
    for (const column of ["Question", "Numbers", "Answer"])
      if (!table.columns.includes(column))
        throw new DataError(
          `There is no column "${column}"; the columns are ${table.columns.join(", ")}. Is this a cv_…/fold…/*.csv of SVAMP?`,
          { file: path },
        );
    for await (const rows of table.batches) for (const row of rows) yield datasetRow(row, path);
  } finally {
    await table.close();
  }
}

function datasetRow(row: TableRow, path: string): DatasetRow {
  const numbers = row.cell("Numbers").split(/\s+/).filter(Boolean);
  // One pass over whole placeholders: number10 must not be read as number1 and a 0.
  const text = row.cell("Question").replaceAll(/\bnumber(\d+)\b/g, (placeholder, position: string) => {
    const number = numbers[Number(position)];
    if (number === undefined)
      throw new DataError(`${placeholder} has no value: "Numbers" holds ${numbers.length}.`, {
        file: path,
        line: row.line,
      });
    return number;
  });
  if (text.trim() === "") throw new DataError("The question is empty.", { file: path, line: row.line });
  return { text, answer: row.cell("Answer").trim() };
}

/**
 * Loads MAWPS as arkilpatel/SVAMP publishes it: CSV with `Question` (placeholders `number0` …), `Numbers` and
 * `Answer`. Works for `cv_svamp_augmented` and `cv_asdiv-a` too.
 * @param path one CSV file, or a folder with `fold0/train.csv` …, read in order; each distinct question counts once
 * @throws DataError with file and line
 */
export async function loadMawps(path: string): Promise<Query[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw toIoError(error, path, "read");
  });
  const files = found.isDirectory() ? await foldFiles(path) : [path];
  async function* rows(): AsyncGenerator<DatasetRow, void, void> {
    for (const file of files) yield* readFoldRows(file);
  }
  return distinctQueries("mawps", rows());
}

async function foldFiles(folder: string): Promise<string[]> {
  const folds = (await readdir(folder)).filter((name) => /^fold\d+$/.test(name));
  if (folds.length === 0) throw new DataError("The folder has no fold0, fold1 …", { file: folder });
  return folds
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((name) => join(folder, name, "train.csv"));
}
