import { stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { DataError } from "../../../errors.ts";
import type { SourceFile } from "../../run/run-manifest.ts";
import { fingerprintFile, type ImportOptions } from "../import-into-run.ts";
import { readPromptWordings } from "./prompt-wordings.ts";
import { readNumberVector } from "./released-files.ts";
import { NOT_ASKED, type PromptLabels, readPromptLabels } from "./released-labels.ts";
import type { ReleasedPrompt } from "./released-prompts.ts";
import {
  RELEASED_ROWS,
  type ReleasedQuestions,
  type ReleasedTask,
  readReleasedQuestions,
} from "./released-questions.ts";

/** Where the released logs and the questions lie. */
export interface ImportPromptOirlOptions extends ImportOptions {
  /** A clone of holarissun/Prompt-OIRL. */
  readonly directory: string;
  readonly task: ReleasedTask;
  /** Clones of openai/grade-school-math (gsm8k) or arkilpatel/SVAMP (mawps, svamp), or a folder that holds them. */
  readonly texts: string;
}

export const EMBEDDINGS_FOLDER = "embeddings";
/** Arrays of prompt embeddings (text-embedding-ada-002), and how many prompts each holds. */
export const EMBEDDINGS: ReadonlyMap<string, number> = new Map([
  ["prompt_embeddings.npy", 6],
  ["gpt4_prompt_embeddings.npy", 10],
]);

/** What the release holds of one task, found and read, answers and embeddings apart. */
export interface Release {
  readonly questions: ReleasedQuestions;
  /** Of prompts that have any. */
  readonly labels: readonly PromptLabels[];
  readonly critics: { readonly byAlias: ReadonlyMap<string, Critics>; readonly files: readonly string[] };
  /** Names of the arrays of embeddings that are there. */
  readonly embeddings: readonly string[];
  /** File of the prompts' wordings, where there is one. */
  readonly wordings: string | undefined;
}

/** @throws DataError where files are missing, contradict each other, or do not fit the questions' number */
export async function gatherRelease(
  options: Pick<ImportPromptOirlOptions, "directory" | "task" | "texts" | "onWarning">,
): Promise<Release> {
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
  const embeddings: string[] = [];
  for (const name of EMBEDDINGS.keys())
    if (await isFile(join(directory, EMBEDDINGS_FOLDER, name))) embeddings.push(name);
  return {
    questions,
    labels,
    critics: await readCritics(directory, task, wordings.prompts),
    embeddings,
    wordings: wordings.file,
  };
}

/** Every file the import reads, by its name within its folder. */
export async function describeRelease(
  { questions, labels, critics, embeddings, wordings }: Release,
  { directory, texts }: Pick<ImportPromptOirlOptions, "directory" | "texts">,
): Promise<SourceFile[]> {
  const files = [
    ...labels.flatMap((found) => found.files),
    ...critics.files,
    ...embeddings.map((name) => join(directory, EMBEDDINGS_FOLDER, name)),
    ...(wordings === undefined ? [] : [wordings]),
  ];
  const sources: SourceFile[] = [];
  for (const file of files)
    sources.push({ ...(await fingerprintFile(file)), name: relative(directory, file) });
  for (const file of questions.files)
    sources.push({ ...(await fingerprintFile(file)), name: relative(texts, file) });
  return sources;
}

/** The LLM's judgement of its own answers, one value a test row. */
export interface Critics {
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

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
