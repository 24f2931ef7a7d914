import { dirname, resolve } from "node:path";
import { z } from "zod";
import { readConfig, tableConfigShape } from "../../data/index.ts";
import type { LogSource, RunPipelineOptions } from "../../pipeline/index.ts";

/** What `runPipeline` needs, as far as it is said. */
export type RunSettings = Omit<Partial<RunPipelineOptions>, "force" | "onProgress" | "signal" | "onWarning">;

/**
 * Reads the YAML file of `oirl run`. Names of files and folders in it are relative to its own folder.
 * @throws ConfigError with the line; for an unknown key with the nearest known one
 */
export async function readRunSettings(file: string): Promise<RunSettings> {
  const { table, jsonl, promptOirl, ...settings } = await readConfig(file, runSchema(dirname(file)));
  const source =
    (table && { kind: "table", ...table }) ??
    (jsonl && { kind: "jsonl", ...jsonl }) ??
    (promptOirl && { kind: "prompt-oirl", ...promptOirl });
  return { ...settings, ...(source === undefined ? {} : { source: source as LogSource }) };
}

function runSchema(folder: string) {
  const text = z.string().min(1);
  const path = text.transform((name) => resolve(folder, name));
  const table = z.strictObject({
    ...tableConfigShape,
    file: z.union([path, z.array(path)]),
    promptsFile: path.exactOptional(),
    schemaFile: path.exactOptional(),
  });
  const jsonl = z.strictObject({
    file: path,
    queriesFile: path.exactOptional(),
    promptsFile: path.exactOptional(),
    task: text.exactOptional(),
  });
  const promptOirl = z.strictObject({
    directory: path,
    texts: path,
    task: z.enum(["gsm8k", "mawps", "svamp"]),
  });
  return z
    .strictObject({
      out: path.exactOptional(),
      table: table.exactOptional(),
      jsonl: jsonl.exactOptional(),
      promptOirl: promptOirl.exactOptional(),
      protocol: z.enum(["grouped", "nested", "paper"]).exactOptional(),
      rewardModel: text.exactOptional(),
      embedder: text.exactOptional(),
      promptEmbedder: text.exactOptional(),
      gate: z.enum(["averse", "balanced", "neutral"]).exactOptional(),
      groupBy: text.exactOptional(),
      propensity: z.enum(["rates", "model"]).exactOptional(),
      seed: z.int().min(0).exactOptional(),
      llm: text.exactOptional(),
      choose: z.enum(["prompt", "llm", "both"]).exactOptional(),
      cost: z.record(text, z.number().min(0)).exactOptional(),
      costUnit: text.exactOptional(),
      worth: z.number().min(0).exactOptional(),
      budget: z.number().min(0).exactOptional(),
      keep: z.number().min(0).max(1).exactOptional(),
    })
    .refine(({ table, jsonl, promptOirl }) => [table, jsonl, promptOirl].filter(Boolean).length < 2, {
      error: "several logs are named; keep one of table, jsonl, promptOirl",
    });
}
