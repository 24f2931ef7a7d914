import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeNpy } from "../../src/data/index.ts";
import { seededRandom } from "../../src/util/index.ts";

const TRAIN_ROWS = 15_000;
const TEST_ROWS = 4690;
const ALIASES = ["nan", "CoT", "APE", "Dis", "ToT", "Decomp"];

/** What was written for svamp. */
export interface SyntheticRelease {
  readonly directory: string;
  /** By alias: 0 or 1 a row; training rows first for the six, test rows only for the ten. */
  readonly labels: ReadonlyMap<string, Uint8Array>;
}

/** Writes made-up svamp labels in the layout of the release, which has none in its public data. */
export async function writeSyntheticRelease(directory: string): Promise<SyntheticRelease> {
  const arrays = join(directory, "llama_exps", "LMllama2");
  const logs = join(directory, "llama_exps", "llama2_chat_logs", "svamp");
  const critics = join(directory, "critics");
  for (const folder of [arrays, logs, critics]) await mkdir(folder, { recursive: true });
  const random = seededRandom(5);
  const labels = new Map<string, Uint8Array>();
  const draw = (rows: number, rate: number): Uint8Array =>
    Uint8Array.from({ length: rows }, () => Number(random.next() < rate));
  for (const [index, alias] of ALIASES.entries()) {
    const values = draw(TRAIN_ROWS + TEST_ROWS, 0.2 + 0.1 * index);
    labels.set(alias, values);
    for (const [part, part_values] of [
      ["train", values.slice(0, TRAIN_ROWS)],
      ["test", values.slice(TRAIN_ROWS)],
    ] as const)
      await writeNpy(join(arrays, `svamp_${part}_${alias}.npy`), part_values, [part_values.length], {
        uint8As: "bool",
      });
  }
  await writeFile(join(logs, "llama_svamp_corr_nan.txt"), correctnessText(labels.get("nan")!));
  for (let number = 0; number < 10; number++) {
    const values = draw(TEST_ROWS, 0.3);
    labels.set(`gpt4_${number}`, values);
    await writeFile(join(logs, `llama_svamp_corr_gpt4_${number}.txt`), correctnessText(values));
  }
  await writeFile(
    join(logs, "llama_svamp_answers_list_gpt4_3.txt"),
    answersText(TEST_ROWS, (row) => `It's row ${row}:\n"${row * 2}" — done`),
  );
  await writeNpy(
    join(critics, "Processed_llama_svamp_prompt_9_confidence.npy"),
    Float64Array.from({ length: TEST_ROWS }, (_, row) => row / TEST_ROWS),
    [TEST_ROWS],
  );
  return { directory, labels };
}

/** Lines as the release's `_corr_` files have them. */
export function correctnessText(labels: Uint8Array): string {
  return Array.from(labels, (label, row) => `(${row}, ${label === 1 ? "True" : "False"})\n`).join("");
}

/** Records as the release's `_answers_list_` files have them; the text holds both kinds of quotes. */
export function answersText(rows: number, answer: (row: number) => string): string {
  return Array.from({ length: rows }, (_, row) => {
    const literal = `'${answer(row).replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
    return `(${row}, ${literal})\n\n====================\n`;
  }).join("");
}
