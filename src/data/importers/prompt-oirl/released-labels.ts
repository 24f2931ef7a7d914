import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../../errors.ts";
import { readAnswersFile, readCorrectnessFile, readLabelVector } from "./released-files.ts";
import type { ReleasedPrompt } from "./released-prompts.ts";
import { RELEASED_ROWS, type ReleasedTask } from "./released-questions.ts";

/** Rows `start … end - 1` of a task. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** What the release holds of one prompt on one task. */
export interface PromptLabels {
  readonly prompt: ReleasedPrompt;
  /** 0 wrong, 1 right, 255 not asked; one entry a row. */
  readonly labels: Uint8Array;
  /** Answer files with the rows they hold. */
  readonly answers: readonly { readonly file: string; readonly range: RowRange }[];
  /** All files that were read or will be. */
  readonly files: readonly string[];
}

/** In `PromptLabels.labels`: the question was not put under this prompt. */
export const NOT_ASKED = 255;

/** The folders of arrays, newer releases first. */
const ARRAY_FOLDERS = ["llama_exps/LMllama2", "LMllama2"];

/**
 * Reads one prompt's labels: from the arrays (`<task>_{train,test}_<alias>.npy`), the text files (`_corr_`), or both,
 * which must then agree.
 * @throws DataError naming the first row on which they do not
 */
export async function readPromptLabels(
  directory: string,
  task: ReleasedTask,
  prompt: ReleasedPrompt,
): Promise<PromptLabels> {
  const rows = RELEASED_ROWS[task];
  const total = rows.train + rows.test;
  const labels = new Uint8Array(total).fill(NOT_ASKED);
  const source = new Array<string | undefined>(total);
  const files: string[] = [];
  const accept = (values: Uint8Array, { start }: RowRange, file: string): void => {
    files.push(file);
    for (const [offset, value] of values.entries()) {
      const row = start + offset;
      if (labels[row] !== NOT_ASKED && labels[row] !== value)
        throw new DataError(
          `Row ${offset} (${prompt.alias}) is ${value === 1}, but ${source[row]} says ${labels[row] === 1}. One of the two files was changed.`,
          { file },
        );
      labels[row] = value;
      source[row] = file;
    }
  };
  for (const part of ["train", "test"] as const) {
    const range = part === "train" ? { start: 0, end: rows.train } : { start: rows.train, end: total };
    const file = await firstFile(
      ARRAY_FOLDERS.map((folder) => join(directory, folder, `${task}_${part}_${prompt.alias}.npy`)),
    );
    if (file !== undefined) accept(await readLabelVector(file, range.end - range.start), range, file);
  }
  const answers: { file: string; range: RowRange }[] = [];
  for (const { infix, range } of textFileRanges(task, prompt)) {
    const name = (kind: string): string =>
      join(
        directory,
        "llama_exps/llama2_chat_logs",
        task,
        `llama_${task}_${infix}${kind}_${prompt.alias}.txt`,
      );
    const correctness = await firstFile([name("corr")]);
    if (correctness !== undefined)
      accept(await readCorrectnessFile(correctness, range.end - range.start), range, correctness);
    const answerFile = await firstFile([name("answers_list")]);
    if (answerFile === undefined) continue;
    answers.push({ file: answerFile, range });
    files.push(answerFile);
  }
  return { prompt, labels, answers, files };
}

/** Walks through a prompt's answers row by row; undefined where there is none. */
export async function* answersByRow(labels: PromptLabels): AsyncGenerator<string | undefined, void, void> {
  let row = 0;
  const byStart = [...labels.answers].sort((a, b) => a.range.start - b.range.start);
  for (const { file, range } of byStart) {
    for (; row < range.start; row++) yield undefined;
    for await (const answer of readAnswersFile(file, range.end - range.start)) {
      yield answer;
      row++;
    }
  }
  for (; row < labels.labels.length; row++) yield undefined;
}

/**
 * Which rows the text files of a prompt hold. Held-out prompts were asked the test questions only; gsm8k has files
 * of its own for the test questions of training prompts, the other tasks keep all rows in one.
 */
function textFileRanges(task: ReleasedTask, prompt: ReleasedPrompt): { infix: string; range: RowRange }[] {
  const { train, test } = RELEASED_ROWS[task];
  const testRange = { start: train, end: train + test };
  if (prompt.split === "held-out") return [{ infix: "", range: testRange }];
  if (task === "gsm8k")
    return [
      { infix: "", range: { start: 0, end: train } },
      { infix: "test_", range: testRange },
    ];
  return [{ infix: "", range: { start: 0, end: train + test } }];
}

async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates)
    if ((await stat(candidate).catch(() => undefined))?.isFile() === true) return candidate;
  return undefined;
}
