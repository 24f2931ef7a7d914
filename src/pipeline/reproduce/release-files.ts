import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ReleasedTask } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";

/** Data sets of the release, in the order they are reproduced. */
export const REPRODUCED_TASKS: readonly ReleasedTask[] = ["mawps", "gsm8k", "svamp"];

const TRAINING_ALIASES = ["nan", "CoT", "APE", "Dis", "ToT", "Decomp"];
const HELD_OUT_PROMPTS = 10;

/** Where the parts of the release lie. */
export interface ReleaseLocation {
  /** A clone of holarissun/Prompt-OIRL. */
  readonly release: string;
  /** A folder that holds the questions' repositories. */
  readonly texts: string;
}

/**
 * Finds the release in a folder that holds it, under one of its usual names, or is it.
 * @throws UsageError naming the places looked at
 */
export async function locateRelease(data: string): Promise<ReleaseLocation> {
  const candidates = [join(data, "prompt-oirl"), join(data, "Prompt-OIRL"), data];
  for (const release of candidates)
    for (const folder of ["llama_exps", "LMllama2"])
      if ((await stat(join(release, folder)).catch(() => null))?.isDirectory() === true)
        return { release, texts: data };
  throw new UsageError(
    `--data ${data} holds no clone of holarissun/Prompt-OIRL: there is no llama_exps in ${candidates.join(", ")}. ` +
      "Clone github.com/holarissun/Prompt-OIRL into that folder as prompt-oirl, with openai/grade-school-math and arkilpatel/SVAMP beside it.",
    { data },
  );
}

/** What of a task's logs is absent. */
export interface MissingFiles {
  /** Labels of training prompts: without them there is nothing to reproduce. */
  readonly training: readonly string[];
  /** Labels of held-out prompts and the LLM's judgement of itself: without them some figures are missing. */
  readonly other: readonly string[];
}

/** Lists the task's files that are not in the release, by the names the release gives them. */
export async function missingFiles(release: string, task: ReleasedTask): Promise<MissingFiles> {
  const training: string[] = [];
  for (const alias of TRAINING_ALIASES) {
    const text = `llama_exps/llama2_chat_logs/${task}/llama_${task}_corr_${alias}.txt`;
    for (const part of ["train", "test"]) {
      const array = `LMllama2/${task}_${part}_${alias}.npy`;
      const testText = `llama_exps/llama2_chat_logs/${task}/llama_${task}_test_corr_${alias}.txt`;
      const alternatives = [
        `llama_exps/${array}`,
        array,
        task === "gsm8k" && part === "test" ? testText : text,
      ];
      if (!(await anyExists(release, alternatives))) training.push(`llama_exps/${array}`);
    }
  }
  const other: string[] = [];
  for (let prompt = 0; prompt < HELD_OUT_PROMPTS; prompt++) {
    const file = `llama_exps/llama2_chat_logs/${task}/llama_${task}_corr_gpt4_${prompt}.txt`;
    if (!(await anyExists(release, [file]))) other.push(file);
  }
  for (let prompt = 0; prompt < TRAINING_ALIASES.length + HELD_OUT_PROMPTS; prompt++)
    for (const kind of ["critic", "confidence"]) {
      const file = `critics/Processed_llama_${task}_prompt_${prompt}_${kind}.npy`;
      if (!(await anyExists(release, [file]))) other.push(file);
    }
  return { training, other };
}

async function anyExists(directory: string, files: readonly string[]): Promise<boolean> {
  for (const file of files)
    if ((await stat(join(directory, file)).catch(() => null))?.isFile() === true) return true;
  return false;
}
