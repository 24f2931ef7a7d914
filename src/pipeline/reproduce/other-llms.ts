import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, PromptOirlError } from "../../errors.ts";
import type { PublishedFile } from "../../report/index.ts";
import { isKind, type PickledValue } from "./pickle/pickled-value.ts";
import { readPickle } from "./pickle/read-pickle.ts";

const FOLDERS = ["active_results", "llama_exps/active_results"];
/** `ALL_gsm8k_10_tiger.npy`: a data set, a number of additional prompts, an LLM; without one, GPT-3.5. */
const FILE_NAME = /^(?:ALL_)?(?:aug_)?(?:gsm8k|svamp|mawps)_\d+(?:_(llama|tiger))?\.npy$/;
const LLMS: Readonly<Record<string, string>> = { llama: "LLaMA-2-7B-chat", tiger: "TigerBot" };
const NO_SUFFIX = "GPT-3.5";
/** The names of the files confuse svamp and mawps, so the number of test rows tells. */
const TASK_OF_ROWS: ReadonlyMap<number, string> = new Map([
  [1000, "gsm8k"],
  [1319, "gsm8k"],
  [1685, "mawps"],
  [4690, "svamp"],
]);
const MAX_FILES = 40;
const LARGEST_FILE = 512 * 2 ** 20;
/** Numbers behind a model's name, one a training prompt: `gsm8k_xgboost_0_1_2.model_10`. */
const MODEL_NAME = /xgboost((?:_\d+)+)\.model/;

/**
 * The results of other LLMs in a clone of the release, `active_results/*.npy`: pickled dictionaries, one entry a
 * model, whose vectors of rewards on the test questions are averaged. A file that cannot be read says why.
 */
export async function readOtherLlms(release: string): Promise<PublishedFile[]> {
  const found: PublishedFile[] = [];
  for (const folder of FOLDERS) {
    const names = await readdir(join(release, folder)).catch(() => []);
    for (const name of names.sort().slice(0, 1000)) {
      const match = FILE_NAME.exec(name);
      if (match === null || found.length === MAX_FILES) continue;
      const llm = match[1] === undefined ? NO_SUFFIX : LLMS[match[1]]!;
      found.push(await readPublished(join(release, folder, name), `${folder}/${name}`, llm));
    }
  }
  return found;
}

async function readPublished(path: string, file: string, llm: string): Promise<PublishedFile> {
  try {
    const entries = modelEntries(await readObject(path, file), file);
    return { file, llm, task: findTask(entries), problem: null, sizes: listSizes(entries) };
  } catch (error) {
    if (!(error instanceof PromptOirlError)) throw error;
    return { file, llm, task: null, problem: error.message, sizes: [] };
  }
}

/** The one object of an NPY file of objects: its header says `|O`, a pickle follows. */
async function readObject(path: string, file: string): Promise<PickledValue> {
  const { size } = await stat(path);
  if (size > LARGEST_FILE)
    throw new DataError(`has ${size} bytes; results of at most ${LARGEST_FILE} are read.`, { file });
  const handle = await open(path);
  let bytes: Uint8Array;
  try {
    bytes = await handle.readFile();
  } finally {
    await handle.close();
  }
  const isNpy =
    bytes.length > 12 && Buffer.from(bytes.subarray(0, 6)).equals(Buffer.from("\x93NUMPY", "latin1"));
  if (!isNpy)
    throw new DataError("is no NPY file; it may be a pointer of Git LFS. Fetch the files themselves.", {
      file,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
  if (!/'descr': '\|O'/.test(header))
    throw new DataError("holds plain numbers, expected the dictionary that the reference saves.", { file });
  const whole = readPickle(bytes.subarray(start + length), file);
  if (!isKind(whole, "array") || whole.values.length !== 1)
    throw new DataError("is not the one object that the reference saves.", { file });
  return whole.values[0]!;
}

interface ModelEntry {
  readonly size: number;
  /** Rewards on the test questions, by the file's own names. */
  readonly vectors: ReadonlyMap<string, readonly number[]>;
}

function modelEntries(results: PickledValue, file: string): ModelEntry[] {
  if (!(results instanceof Map)) throw new DataError("holds no dictionary of models.", { file });
  const entries: ModelEntry[] = [];
  for (const [name, entry] of results) {
    const match = typeof name === "string" ? MODEL_NAME.exec(name) : null;
    if (match === null || !(entry instanceof Map)) continue;
    const vectors = new Map<string, readonly number[]>();
    for (const [field, value] of entry)
      if (typeof field === "string" && isRewards(value)) vectors.set(field, Array.from(value.values));
    entries.push({ size: match[1]!.split("_").length - 1, vectors });
  }
  if (entries.length === 0) throw new DataError("names no model (…xgboost_0_1.model…).", { file });
  return entries;
}

/** A vector of numbers in [0, 1]. */
function isRewards(value: PickledValue): value is Extract<PickledValue, { kind: "array" }> & {
  readonly values: readonly number[] | Float64Array;
} {
  return (
    isKind(value, "array") &&
    value.shape.length === 1 &&
    value.values.length > 0 &&
    Array.from(value.values as ArrayLike<unknown>).every(
      (one) => typeof one === "number" && one >= 0 && one <= 1,
    )
  );
}

function findTask(entries: readonly ModelEntry[]): string | null {
  const rows = Math.max(
    ...entries.flatMap(({ vectors }) => [...vectors.values()].map(({ length }) => length)),
  );
  return TASK_OF_ROWS.get(rows) ?? null;
}

function listSizes(entries: readonly ModelEntry[]): PublishedFile["sizes"] {
  const sizes = [...new Set(entries.map(({ size }) => size))].sort((one, other) => one - other);
  const names = [...new Set(entries.flatMap(({ vectors }) => [...vectors.keys()]))];
  return sizes.map((size) => {
    const models = entries.filter((entry) => entry.size === size);
    const values = names.flatMap((name) => {
      const perModel = models.flatMap(({ vectors }) => {
        const vector = vectors.get(name);
        return vector === undefined ? [] : [summary(name, vector)];
      });
      return perModel.length === 0 ? [] : [{ name, value: mean(perModel) }];
    });
    return { size, models: models.length, values };
  });
}

/** `train_gold` holds one success rate a training prompt: the reference takes the best of them. */
function summary(name: string, vector: readonly number[]): number {
  return name === "train_gold" ? vector.reduce((most, value) => Math.max(most, value), 0) : mean(vector);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
