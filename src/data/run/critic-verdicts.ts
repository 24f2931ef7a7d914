import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { contentHash } from "../../util/index.ts";
import { type JsonLinesOptions, readJsonLines } from "../files/json-lines.ts";
import { toIoError } from "../files/to-io-error.ts";
import { parseRecord } from "./record-schemas.ts";

/** What an LLM said of an answer of its own, and what it took: a line of `critic/…/verdicts.jsonl`. */
export interface CriticVerdict {
  readonly queryId: string;
  readonly promptId: string;
  readonly repetition: number;
  /** 1 "right", 0 "wrong"; missing where the reply could not be read. */
  readonly critic?: number;
  /** Probability that the answer is right, in [0, 1]; missing where the reply could not be read. */
  readonly confidence?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In US dollars. */
  readonly cost?: number;
  readonly latencyMs: number;
}

const count = z.int().min(0).exactOptional();

export const criticVerdictSchema: z.ZodType<CriticVerdict> = z.object({
  queryId: z.string(),
  promptId: z.string(),
  repetition: z.int().min(0),
  critic: z.union([z.literal(0), z.literal(1)]).exactOptional(),
  confidence: z.number().min(0).max(1).exactOptional(),
  inputTokens: count,
  outputTokens: count,
  cost: z.number().min(0).exactOptional(),
  latencyMs: z.number().min(0),
});

/** Of a run directory, how its files are found. */
interface RunFiles {
  file(name: string): string;
}

/** Folder of a run with what its LLMs said of their own answers. */
const CRITIC_FOLDER = "critic";
/** File with the verdicts, in the folder of each LLM. */
export const VERDICTS_FILE = "verdicts.jsonl";

/** Name, within a run, of the folder with one LLM's verdicts. */
export function criticFolder(llm: string): string {
  const readable = llm.replaceAll(/[^\w.-]+/g, "-").slice(0, 60);
  // Told apart by the hash where two names read the same.
  return join(CRITIC_FOLDER, `${readable}-${contentHash(llm).slice(0, 8)}`);
}

/**
 * Reads what an LLM said of its own answers; nothing where it was not asked.
 * @throws DataError with file and line where a verdict is malformed
 */
export async function* readCriticVerdicts(
  run: RunFiles,
  llm: string,
  options: JsonLinesOptions = {},
): AsyncGenerator<CriticVerdict, void, void> {
  const folder = criticFolder(llm);
  if (!(await fileNames(run.file(folder))).includes(VERDICTS_FILE)) return;
  const file = run.file(join(folder, VERDICTS_FILE));
  for await (const { line, value } of readJsonLines(file, { ...options, tornLastLine: "drop" }))
    yield parseRecord(criticVerdictSchema, value, "verdict", { file, line });
}

/** Names, within the run, of all files with verdicts, in order. */
export async function criticVerdictFiles(run: RunFiles): Promise<string[]> {
  const files: string[] = [];
  for (const folder of (await fileNames(run.file(CRITIC_FOLDER))).sort())
    if ((await fileNames(run.file(join(CRITIC_FOLDER, folder)))).includes(VERDICTS_FILE))
      files.push(join(CRITIC_FOLDER, folder, VERDICTS_FILE));
  return files;
}

async function fileNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw toIoError(error, folder, "read");
  }
}
