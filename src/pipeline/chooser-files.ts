import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  makeFolder,
  type RunDirectory,
  readStoredState,
  writeFileAtomic,
  writeStoredState,
} from "../data/index.ts";
import { restoreEmbedder } from "../embed/index.ts";
import { DataError, ModelFileError, UsageError } from "../errors.ts";
import { REWARD_MODELS, restoreRewardModel } from "../reward/index.ts";
import type { GateDecision } from "../select/index.ts";
import type { Prompt } from "../types/index.ts";
import type { Policy, PolicySettings } from "./policy.ts";
import { embeddingCacheDirectory } from "./prepared-log.ts";

/** Version of the files' layout. */
const FORMAT = 1;

/** What stands beside the stored model. */
export interface ChooserManifest {
  readonly format: typeof FORMAT;
  /** Hash of the log and the settings the chooser was trained from. */
  readonly key: string;
  /** ISO 8601. */
  readonly trainedAt: string;
  /** The LLM whose answers the chooser learned from. */
  readonly llm: string;
  readonly settings: PolicySettings;
  /** Questions it was trained on. */
  readonly questions: number;
  /** Training prompts in column order, each with its success in the log. */
  readonly prompts: readonly (Prompt & { readonly success: number })[];
  readonly fixedColumn: number;
  readonly gate: GateDecision;
  readonly hyperparameters: Policy["hyperparameters"];
}

const manifestSchema: z.ZodType<ChooserManifest> = z.object({
  format: z.literal(FORMAT),
  key: z.string(),
  trainedAt: z.string(),
  llm: z.string(),
  settings: z.object({
    rewardModel: z.enum(REWARD_MODELS.map(({ kind }) => kind)),
    embedder: z.string(),
    promptEmbedder: z.string(),
    gate: z.enum(["averse", "balanced", "neutral"]),
    seed: z.number(),
  }),
  questions: z.int().min(0),
  prompts: z
    .array(
      z.object({
        id: z.string(),
        template: z.string(),
        split: z.literal("training"),
        success: z.number().min(0).max(1),
      }),
    )
    .min(1),
  fixedColumn: z.int().min(0),
  gate: z.object({
    shipped: z.boolean(),
    upliftOutOfFold: z.number(),
    standardError: z.number(),
    z: z.number(),
    reason: z.string(),
    questions: z.number(),
    switched: z.number(),
    measuredOn: z.enum(["every-prompt", "chosen-and-fixed"]),
  }),
  hyperparameters: z.record(z.string(), z.json()),
});

/** A trained policy with its manifest. */
export interface StoredChooser {
  readonly manifest: ChooserManifest;
  readonly policy: Policy;
}

/** Folder of the trained chooser in a run. */
export function chooserDirectory(run: RunDirectory): string {
  return run.file("models/chooser");
}

/** Reads the manifest only; null where nothing has been trained. */
export async function readChooserManifest(run: RunDirectory): Promise<ChooserManifest | null> {
  const file = join(chooserDirectory(run), "manifest.json");
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new DataError(`cannot be read (${cause.code})`, { file }, cause);
  });
  if (text === null) return null;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ModelFileError(
      `${file} is not the manifest of a trained chooser of format ${FORMAT}; train again with: oirl train ${run.path} --force`,
      { file },
      cause,
    );
  }
}

/** Stores a trained policy, replacing an older one only when every file of the new one is on disk. */
export async function writeChooser(
  run: RunDirectory,
  policy: Policy,
  about: Pick<ChooserManifest, "key" | "llm" | "questions">,
): Promise<string> {
  const directory = chooserDirectory(run);
  const fresh = `${directory}.${process.pid}.new`;
  const old = `${directory}.${process.pid}.old`;
  await rm(fresh, { recursive: true, force: true });
  await makeFolder(fresh);
  const manifest: ChooserManifest = {
    format: FORMAT,
    ...about,
    trainedAt: new Date().toISOString(),
    settings: policy.settings,
    prompts: policy.prompts.map(({ id, template }, column) => ({
      id,
      template,
      split: "training",
      success: policy.promptMeans[column]!,
    })),
    fixedColumn: policy.fixedColumn,
    gate: policy.gate,
    hyperparameters: policy.hyperparameters,
  };
  await writeStoredState(join(fresh, "embedder.bin"), policy.embedder.save());
  await writeStoredState(join(fresh, "reward-model.bin"), policy.model.save());
  await writeFileAtomic(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(directory, old).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
  });
  await rename(fresh, directory);
  await rm(old, { recursive: true, force: true });
  return directory;
}

/**
 * Reads the trained chooser of a run.
 * @throws UsageError where nothing has been trained, naming the command that does it
 * @throws ModelFileError where a file is damaged or the files do not belong together
 */
export async function readChooser(run: RunDirectory): Promise<StoredChooser> {
  const manifest = await readChooserManifest(run);
  if (manifest === null)
    throw new UsageError(`${run.path} has no trained chooser yet; train one with: oirl train ${run.path}`, {
      directory: run.path,
    });
  const directory = chooserDirectory(run);
  const model = restoreRewardModel(await readStoredState(join(directory, "reward-model.bin")));
  const embedding = { cacheDirectory: embeddingCacheDirectory(run) };
  const embedder = restoreEmbedder(await readStoredState(join(directory, "embedder.bin")), embedding);
  if (model.prompts !== manifest.prompts.length || manifest.fixedColumn >= manifest.prompts.length)
    throw new ModelFileError(
      `${directory}: the reward model has ${model.prompts} prompts, the manifest ${manifest.prompts.length}; ` +
        `train again with: oirl train ${run.path} --force`,
      { directory },
    );
  return {
    manifest,
    policy: {
      settings: manifest.settings,
      embedder,
      model,
      prompts: manifest.prompts.map(({ id, template }) => ({ id, template, split: "training" })),
      promptEmbedding: { texts: manifest.prompts.map(({ template }) => template), ...embedding },
      fixedColumn: manifest.fixedColumn,
      promptMeans: Float64Array.from(manifest.prompts, ({ success }) => success),
      gate: manifest.gate,
      hyperparameters: manifest.hyperparameters,
    },
  };
}
