import { stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { AbortedError, DataError } from "../../../errors.ts";
import type { RunDirectoryWriter } from "../../create-run-directory.ts";
import type { DatasetRow } from "../../datasets/dataset-row.ts";
import { readNpy, writeNpy } from "../../npy.ts";
import type { ImportSummary, SourceFile } from "../../run-manifest.ts";
import { describeSource, type ImportOptions, importIntoRun } from "../import-into-run.ts";
import { LogRecorder, type Recorded } from "../log-recorder.ts";
import { readPromptWordings } from "./prompt-wordings.ts";
import { readNumberVector } from "./released-files.ts";
import { answersByRow, NOT_ASKED, type PromptLabels, readPromptLabels } from "./released-labels.ts";
import type { ReleasedPrompt } from "./released-prompts.ts";
import { RELEASED_ROWS, type ReleasedTask, readReleasedQuestions } from "./released-questions.ts";

/** Where the released logs and the questions lie. */
export interface ImportPromptOirlOptions extends ImportOptions {
  /** A clone of holarissun/Prompt-OIRL. */
  readonly directory: string;
  readonly task: ReleasedTask;
  /** Clones of openai/grade-school-math (gsm8k) or arkilpatel/SVAMP (mawps, svamp), or a folder that holds them. */
  readonly texts: string;
}

/** The LLM whose answers were released. */
export const RELEASED_MODEL = "LLaMA-2-7B-chat";

/** Arrays of prompt embeddings (text-embedding-ada-002), and how many prompts each holds. */
const EMBEDDINGS: readonly (readonly [name: string, prompts: number])[] = [
  ["prompt_embeddings.npy", 6],
  ["gpt4_prompt_embeddings.npy", 10],
];
const EMBEDDING_WIDTH = 1536;

/**
 * Imports the released LLaMA-2 logs of Prompt-OIRL: labels of the 6 training prompts on all rows and of the 10
 * held-out prompts on the test rows, answers and self-criticism where the release has them. Equal texts are one
 * question; its n-th row is repetition n.
 * @throws DataError where files are missing, contradict each other, or do not fit the questions' number
 */
export async function importPromptOirl(options: ImportPromptOirlOptions): Promise<ImportSummary> {
  const { directory, task } = options;
  const questions = await readReleasedQuestions(task, options.texts);
  const wordings = await readPromptWordings(directory);
  const labels: PromptLabels[] = [];
  for (const prompt of wordings.prompts) {
    const found = await readPromptLabels(directory, task, prompt);
    if (found.labels.some((label) => label !== NOT_ASKED)) labels.push(found);
    else options.onWarning?.(`There are no ${task} labels of the prompt ${prompt.alias} in ${directory}.`);
  }
  if (!labels.some(({ prompt }) => prompt.split === "training"))
    throw new DataError(
      `There are no ${task} labels of the training prompts. Looked for llama_exps/LMllama2/${task}_{train,test}_<alias>.npy and llama_exps/llama2_chat_logs/${task}/llama_${task}_corr_<alias>.txt. Is this a clone of holarissun/Prompt-OIRL?`,
      { file: directory },
    );
  const critics = await readCritics(directory, task, wordings.prompts);
  return importIntoRun(options, async (writer) => {
    const recorder = new LogRecorder(writer, task);
    const embeddings = await copyEmbeddings(writer, directory);
    await writeRows(recorder, questions.rows, labels, critics.byAlias, options);
    const files = [
      ...labels.flatMap((found) => found.files),
      ...critics.files,
      ...embeddings,
      ...(wordings.file === undefined ? [] : [wordings.file]),
    ];
    const sources: SourceFile[] = [];
    for (const file of files)
      sources.push({ ...(await describeSource(file)), name: relative(directory, file) });
    for (const file of questions.files)
      sources.push({ ...(await describeSource(file)), name: relative(options.texts, file) });
    return {
      task,
      source: { kind: "prompt-oirl", files: sources, options: { task } },
      counts: recorder.summary,
      models: recorder.models,
    };
  });
}

/** Writes the log row by row, all prompts of a row together. */
async function writeRows(
  recorder: LogRecorder,
  rows: readonly DatasetRow[],
  labels: readonly PromptLabels[],
  critics: ReadonlyMap<string, Critics>,
  options: ImportPromptOirlOptions,
): Promise<void> {
  const trainRows = RELEASED_ROWS[options.task].train;
  const prompts: Recorded[] = [];
  for (const { prompt } of labels)
    prompts.push(
      await recorder.prompt(
        { id: prompt.alias, template: prompt.template, split: prompt.split },
        { file: options.directory },
      ),
    );
  const answers = labels.map(answersByRow);
  const occurrences: number[] = [];
  try {
    for (const [row, question] of rows.entries()) {
      if (options.signal?.aborted) throw new AbortedError();
      if (row % 500 === 0) options.onProgress?.("import", row, rows.length);
      const place = { file: options.directory };
      const query = await recorder.query({ text: question.text, answer: question.answer }, place);
      const repetition = occurrences[query.index] ?? 0;
      occurrences[query.index] = repetition + 1;
      for (const [column, { prompt, labels: promptLabels }] of labels.entries()) {
        const answer = (await answers[column]!.next()).value as string | undefined;
        const label = promptLabels[row]!;
        if (label === NOT_ASKED) continue;
        const critic = critics.get(prompt.alias);
        const isTest = row >= trainRows;
        await recorder.interaction(
          query,
          prompts[column]!,
          {
            model: RELEASED_MODEL,
            repetition,
            reward: label,
            split: isTest ? "test" : "train",
            ...(answer !== undefined && { answer }),
            ...(isTest && critic?.confidence && { confidence: critic.confidence[row - trainRows]! }),
            ...(isTest && critic?.critic && { critic: critic.critic[row - trainRows]! }),
          },
          place,
        );
      }
    }
    // One step more: an answer file with too many or too few records says so at its end.
    for (const remaining of answers) await remaining.next();
    options.onProgress?.("import", rows.length, rows.length);
  } finally {
    for (const remaining of answers) await remaining.return();
  }
}

/** The LLM's judgement of its own answers, one value a test row. */
interface Critics {
  readonly critic?: Float64Array;
  readonly confidence?: Float64Array;
}

async function readCritics(
  directory: string,
  task: ReleasedTask,
  prompts: readonly ReleasedPrompt[],
): Promise<{ byAlias: Map<string, Critics>; files: string[] }> {
  const byAlias = new Map<string, Critics>();
  const files: string[] = [];
  for (const [position, { alias }] of prompts.entries()) {
    const found: { critic?: Float64Array; confidence?: Float64Array } = {};
    for (const kind of ["critic", "confidence"] as const) {
      const file = join(directory, "critics", `Processed_llama_${task}_prompt_${position}_${kind}.npy`);
      if (!(await isFile(file))) continue;
      found[kind] = await readNumberVector(file, RELEASED_ROWS[task].test);
      files.push(file);
    }
    byAlias.set(alias, found);
  }
  return { byAlias, files };
}

/** Copies the prompt embeddings into the run; returns the files that were there. */
async function copyEmbeddings(writer: RunDirectoryWriter, directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const [name, prompts] of EMBEDDINGS) {
    const file = join(directory, "embeddings", name);
    if (!(await isFile(file))) continue;
    const { shape, values } = await readNpy(file);
    if (shape.length !== 2 || shape[0] !== prompts || shape[1] !== EMBEDDING_WIDTH)
      throw new DataError(
        `The array has shape (${shape.join(", ")}); expected (${prompts}, ${EMBEDDING_WIDTH}).`,
        {
          file,
        },
      );
    if (!(values instanceof Float64Array || values instanceof Float32Array))
      throw new DataError("The embeddings are not floating-point numbers.", { file });
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new DataError(`Element ${wrong} is ${values[wrong]}.`, { file });
    await writeNpy(await writer.prepareFile(`embeddings/${name}`), values, shape);
    files.push(file);
  }
  return files;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
