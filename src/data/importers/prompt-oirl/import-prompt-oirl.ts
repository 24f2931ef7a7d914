import { join } from "node:path";
import { AbortedError, DataError } from "../../../errors.ts";
import type { DatasetRow } from "../../datasets/dataset-row.ts";
import { readNpy, writeNpy } from "../../files/npy.ts";
import type { RunDirectoryWriter } from "../../run/create-run-directory.ts";
import type { ImportSummary } from "../../run/run-manifest.ts";
import { importIntoRun } from "../import-into-run.ts";
import { importKey } from "../import-key.ts";
import { LogRecorder, type Recorded } from "../log-recorder.ts";
import {
  type Critics,
  describeRelease,
  EMBEDDINGS,
  EMBEDDINGS_FOLDER,
  gatherRelease,
  type ImportPromptOirlOptions,
} from "./gather-release.ts";
import { answersByRow, NOT_ASKED, type PromptLabels } from "./released-labels.ts";
import { RELEASED_ROWS } from "./released-questions.ts";

/** The LLM whose answers were released. */
const RELEASED_MODEL = "LLaMA-2-7B-chat";

const EMBEDDING_WIDTH = 1536;

/**
 * Imports the released LLaMA-2 logs of Prompt-OIRL: labels of the 6 training prompts on all rows and of the 10
 * held-out prompts on the test rows, answers and self-criticism where the release has them. Equal texts are one
 * question; its n-th row is repetition n.
 * @throws DataError where files are missing, contradict each other, or do not fit the questions' number
 */
export async function importPromptOirl(options: ImportPromptOirlOptions): Promise<ImportSummary> {
  const { directory, task } = options;
  const release = await gatherRelease(options);
  const { questions, labels, critics, embeddings } = release;
  return importIntoRun(options, async (writer) => {
    const recorder = new LogRecorder(writer, task);
    await copyEmbeddings(writer, directory, embeddings);
    await writeRows(recorder, questions.rows, labels, critics.byAlias, options);
    const files = await describeRelease(release, options);
    const key = await importKey("prompt-oirl", options, files);
    return {
      task,
      source: { kind: "prompt-oirl", files, options: { task }, key },
      counts: recorder.summary,
      llms: recorder.llms,
    };
  });
}

/**
 * `importKey` of such an import: what counts are the files it reads, wherever the folders lie and whatever else is in
 * them.
 * @throws as `importPromptOirl`
 */
export async function promptOirlKey(
  options: Pick<ImportPromptOirlOptions, "directory" | "task" | "texts">,
): Promise<string> {
  return importKey("prompt-oirl", options, await describeRelease(await gatherRelease(options), options));
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
      recorder.prompt(
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
      const query = recorder.query({ text: question.text, answer: question.answer }, place);
      const repetition = occurrences[query.index] ?? 0;
      occurrences[query.index] = repetition + 1;
      for (const [column, { prompt, labels: promptLabels }] of labels.entries()) {
        const answer = (await answers[column]!.next()).value as string | undefined;
        const label = promptLabels[row]!;
        if (label === NOT_ASKED) continue;
        const critic = critics.get(prompt.alias);
        const isTest = row >= trainRows;
        recorder.interaction(
          query,
          prompts[column]!,
          {
            llm: RELEASED_MODEL,
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

/** Copies the prompt embeddings into the run. */
async function copyEmbeddings(
  writer: RunDirectoryWriter,
  directory: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const file = join(directory, EMBEDDINGS_FOLDER, name);
    const { shape, values } = await readNpy(file);
    const prompts = EMBEDDINGS.get(name)!;
    if (shape.length !== 2 || shape[0] !== prompts || shape[1] !== EMBEDDING_WIDTH)
      throw new DataError(
        `The array has shape (${shape.join(", ")}); expected (${prompts}, ${EMBEDDING_WIDTH}).`,
        { file },
      );
    if (!(values instanceof Float64Array || values instanceof Float32Array))
      throw new DataError("The embeddings are not floating-point numbers.", { file });
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new DataError(`Element ${wrong} is ${values[wrong]}.`, { file });
    await writeNpy(await writer.prepareFile(`embeddings/${name}`), values, shape);
  }
}
