import { DataError } from "../../../errors.ts";
import { type NpyArray, readNpy } from "../../files/npy.ts";
import { decodeLine, readByteLines } from "../../files/text-lines.ts";
import { PythonLiteralError, parsePythonString } from "./python-literal.ts";

/**
 * Reads a vector of labels: bool, or numbers that are all 0 or 1.
 * @throws DataError for another shape, another length than `rows`, or other values
 */
export async function readLabelVector(file: string, rows: number): Promise<Uint8Array> {
  const array = await readNpy(file);
  checkVector(array, file, rows);
  return Uint8Array.from(array.values as Float64Array, (raw, row) => {
    const value = Number(raw);
    if (value !== 0 && value !== 1)
      throw new DataError(`The label of row ${row} is ${value}; expected False or True.`, { file });
    return value;
  });
}

/**
 * Reads a vector of any finite numbers.
 * @throws DataError for another shape, another length than `rows`, or values that are not finite
 */
export async function readNumberVector(file: string, rows: number): Promise<Float64Array> {
  const array = await readNpy(file);
  checkVector(array, file, rows);
  return Float64Array.from(array.values as Float64Array, (raw, row) => {
    const value = Number(raw);
    if (!Number.isFinite(value)) throw new DataError(`The value of row ${row} is ${value}.`, { file });
    return value;
  });
}

function checkVector(array: NpyArray, file: string, rows: number): void {
  if (array.shape.length !== 1 || array.shape[0] !== rows)
    throw new DataError(
      `The array has shape (${array.shape.join(", ")}); expected (${rows},), one value for each of the ${rows} rows.`,
      { file },
    );
}

/**
 * Reads a `_corr_` file: a line `(row, True)` or `(row, False)` for each row, in order.
 * @throws DataError with file and line; or where there are not `rows` lines
 */
export async function readCorrectnessFile(file: string, rows: number): Promise<Uint8Array> {
  const labels = new Uint8Array(rows);
  let row = 0;
  for await (const { line, bytes } of readByteLines(file)) {
    const text = decodeLine(bytes, file, line).trim();
    if (text === "") continue;
    const match = /^\((\d{1,15}), (True|False)\)$/.exec(text);
    if (match === null)
      throw new DataError(`Expected a line like "(${row}, True)", found ${excerpt(text)}.`, { file, line });
    if (Number(match[1]) !== row)
      throw new DataError(`Expected row ${row}, found row ${match[1]}; rows must stand in order.`, {
        file,
        line,
      });
    if (row < rows) labels[row] = match[2] === "True" ? 1 : 0;
    row++;
  }
  if (row !== rows) throw new DataError(`The file has ${row} rows, expected ${rows}.`, { file });
  return labels;
}

/**
 * Reads an `_answers_list_` file: records `(row, "text")` in Python repr form, between lines of `=`, in order.
 * Yields the answers one by one; memory holds one.
 * @throws DataError with file and line; or, at the end, where there are not `rows` records
 */
export async function* readAnswersFile(file: string, rows: number): AsyncGenerator<string, void, void> {
  let row = 0;
  for await (const { line, bytes } of readByteLines(file)) {
    const text = decodeLine(bytes, file, line);
    if (/^[=\s]*$/.test(text)) continue;
    const head = /^\((\d{1,15}), /.exec(text);
    if (head === null)
      throw new DataError(`Expected a record like (${row}, "…"), found ${excerpt(text)}.`, { file, line });
    if (Number(head[1]) !== row)
      throw new DataError(`Expected row ${row}, found row ${head[1]}; rows must stand in order.`, {
        file,
        line,
      });
    yield parseAnswer(text, head[0].length, file, line);
    row++;
  }
  if (row !== rows) throw new DataError(`The file has ${row} answers, expected ${rows}.`, { file });
}

function parseAnswer(text: string, start: number, file: string, line: number): string {
  try {
    const { value, end } = parsePythonString(text, start);
    if (text.slice(end).trim() !== ")") throw new PythonLiteralError('expected ")" behind the string', end);
    return value;
  } catch (error) {
    if (!(error instanceof PythonLiteralError)) throw error;
    throw new DataError(
      `The answer cannot be read: ${error.message} (character ${error.position}).`,
      { file, line },
      error,
    );
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
