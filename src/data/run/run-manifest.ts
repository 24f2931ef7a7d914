import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../errors.ts";
import type { JsonValue } from "../../types/index.ts";
import { toIoError } from "../files/to-io-error.ts";
import type { ImportMapping } from "../importers/import-mapping.ts";
import { parseRecord } from "./record-schemas.ts";

/** Version of the run directory's layout; a later one is refused. */
export const RUN_FORMAT_VERSION = 1;
export const MANIFEST_FILE = "run.json";

/** What an import brought in: the counts every importer returns and `run.json` keeps. */
export interface ImportSummary {
  /** Rows of the log as published: distinct (question, repetition) pairs. */
  readonly queries: number;
  /** Distinct questions. */
  readonly uniqueQueries: number;
  readonly prompts: number;
  /** Labeled (question, prompt, repetition) triples. */
  readonly interactions: number;
  /** Entries without a reward, which were left out. */
  readonly skipped: number;
  /** What the import took for what, where it had to find that out; stands in `run.json` beside the counts. */
  readonly mapping?: ImportMapping;
}

/** A file the run was imported from. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Where a run came from, and how. */
export interface RunSource {
  /** The importer, e.g. `prompt-oirl`, `table`, `jsonl`. */
  readonly kind: string;
  readonly files: readonly SourceFile[];
  readonly options: { readonly [name: string]: JsonValue };
  /** Tells whether importing again would give the same run; see `importKey`. */
  readonly key?: string;
}

/** What the creator of a run says of it; the rest of `run.json` is filled in on writing. */
export interface RunDescription {
  /** Name of the task, e.g. `mawps`. */
  readonly task: string;
  readonly source: RunSource;
  readonly counts: ImportSummary;
  /** Names of the LLMs in the log, in order of appearance. */
  readonly llms: readonly string[];
  /** True where the rewards come from a simulator, so that it is said wherever results are shown. @default false */
  readonly simulated?: boolean;
  /** What the import took for what. */
  readonly mapping?: ImportMapping;
}

/** The content of `run.json`. */
export interface RunManifest extends RunDescription {
  readonly format: "prompt-oirl-run";
  readonly formatVersion: number;
  readonly packageVersion: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

const count = z.int().min(0);
const names = z.array(z.string());
const mappingSchema: z.ZodType<ImportMapping> = z.object({
  layout: z.string(),
  files: count,
  inputs: names,
  questionId: names,
  features: names,
  prompt: names,
  wording: z.string().nullable(),
  llm: names,
  reward: names,
  values: z.array(z.object({ value: z.string(), reward: z.number().nullable(), answers: count })),
  repeats: z.string(),
  leftOut: z.array(
    z.object({
      why: z.string(),
      answers: count,
      prompts: z.array(z.object({ prompt: z.string(), answers: count })),
    }),
  ),
  notUsed: names,
  notes: names,
});
const manifestSchema: z.ZodType<RunManifest> = z.object({
  format: z.literal("prompt-oirl-run"),
  formatVersion: z.int().min(1),
  packageVersion: z.string(),
  createdAt: z.string(),
  task: z.string().min(1),
  source: z.object({
    kind: z.string(),
    files: z.array(z.object({ name: z.string(), bytes: count, sha256: z.string() })),
    options: z.record(z.string(), z.json()),
    key: z.string().exactOptional(),
  }),
  counts: z.object({
    queries: count,
    uniqueQueries: count,
    prompts: count,
    interactions: count,
    skipped: count,
  }),
  llms: z.array(z.string()),
  simulated: z.boolean().exactOptional(),
  mapping: mappingSchema.exactOptional(),
}) as z.ZodType<RunManifest>;

/**
 * Reads and checks `run.json`.
 * @returns null where there is none
 * @throws DataError where it is damaged or of a later version
 */
export async function readRunManifest(directory: string): Promise<RunManifest | null> {
  const file = join(directory, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw toIoError(error, file, "read");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError("The file is damaged: it is not JSON. Import the log again.", { file }, error);
  }
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion;
  if (typeof version === "number" && version > RUN_FORMAT_VERSION)
    throw new DataError(
      `The run has format version ${version}, this release reads up to ${RUN_FORMAT_VERSION}. Update prompt-oirl, or import again.`,
      { file },
    );
  return parseRecord(manifestSchema, value, "run's manifest", { file });
}
