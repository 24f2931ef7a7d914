import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readNpy } from "../../src/data/index.ts";
import { SHARED_DATA } from "./shared-data.ts";

type Task = "mawps" | "gsm8k";

const RELEASED = join(SHARED_DATA, "prompt-oirl");
const LABELS = join(RELEASED, "llama_exps", "LMllama2");

/** Aliases of the six training prompts, in the order of the released critics. */
export const TRAINING_ALIASES = ["nan", "CoT", "APE", "Dis", "ToT", "Decomp"] as const;
/** Training prompts first, then held-out ones. */
export const PROMPT_COUNT = 16;

/** The released labels of a training prompt, read without the importer. */
export async function releasedLabels(
  task: Task,
  part: "train" | "test",
  alias: string,
): Promise<Float64Array> {
  return readNumbers(join(LABELS, `${task}_${part}_${alias}.npy`));
}

/** Test rewards, rows × 16, row-major; and the LLM's confidences, laid out the same way. */
export async function releasedTest(
  task: Task,
): Promise<{ rows: number; rewards: Float64Array; confidence: Float64Array }> {
  const rewards: Float64Array[] = [];
  const confidence: Float64Array[] = [];
  for (let prompt = 0; prompt < PROMPT_COUNT; prompt++) {
    const alias = TRAINING_ALIASES[prompt];
    rewards.push(
      alias === undefined
        ? await heldOutLabels(task, prompt - TRAINING_ALIASES.length)
        : await releasedLabels(task, "test", alias),
    );
    confidence.push(
      await readNumbers(join(RELEASED, "critics", `Processed_llama_${task}_prompt_${prompt}_confidence.npy`)),
    );
  }
  return { rows: rewards[0]!.length, rewards: rowMajor(rewards), confidence: rowMajor(confidence) };
}

/** Lines such as `(0, True)`; held-out prompts were tried on test rows only. */
async function heldOutLabels(task: Task, number: number): Promise<Float64Array> {
  const file = join(
    RELEASED,
    "llama_exps",
    "llama2_chat_logs",
    task,
    `llama_${task}_corr_gpt4_${number}.txt`,
  );
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  return Float64Array.from(lines, (line) => Number(line.includes("True")));
}

async function readNumbers(file: string): Promise<Float64Array> {
  return Float64Array.from((await readNpy(file)).values, Number);
}

function rowMajor(columns: readonly Float64Array[]): Float64Array {
  const width = columns.length;
  return Float64Array.from(
    { length: width * columns[0]!.length },
    (_, cell) => columns[cell % width]![Math.floor(cell / width)]!,
  );
}
