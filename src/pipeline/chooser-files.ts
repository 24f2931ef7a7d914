import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  encodeStoredState,
  makeFolder,
  type RunDirectory,
  readStoredState,
  writeFileAtomic,
} from "../data/index.ts";
import {
  createEmbedder,
  type Embedder,
  type FittedEmbedder,
  learnsFromTexts,
  restoreEmbedder,
} from "../embed/index.ts";
import { ModelFileError, UsageError } from "../errors.ts";
import { restoreLikeness, restoreRewardModel } from "../reward/index.ts";
import type { StoredState } from "../types/index.ts";
import { contentHash } from "../util/index.ts";
import {
  CHOOSER_FORMAT,
  type ChooserManifest,
  chooserDirectory,
  readChooserManifest,
} from "./chooser-manifest.ts";
import type { Policy } from "./policy.ts";
import { embeddingCacheDirectory } from "./prepared-log.ts";
import { areOfCandidates } from "./trade-schemas.ts";

/*
 * A chooser is `manifest.json` and the files it names, each named by its content:
 *
 *   manifest.json   embedder-<hash>.bin   reward-model-<hash>.bin   likeness-<hash>.bin   [prompt-embedder-<hash>.bin]
 *
 * A new chooser's files are written beside the old one's; then the manifest is replaced, in one step, and only then
 * the old files go. Whenever the process ends, the manifest names a whole chooser.
 */

/** A trained policy with its manifest. */
export interface StoredChooser {
  readonly manifest: ChooserManifest;
  readonly policy: Policy;
}

/** Stores a trained policy, replacing an older one only when every file of the new one is on disk. */
export async function writeChooser(
  run: RunDirectory,
  policy: Policy,
  about: Pick<ChooserManifest, "key" | "llm" | "questions">,
): Promise<string> {
  const directory = chooserDirectory(run);
  const replaced = await readChooserManifest(run).catch(() => null);
  await makeFolder(directory);
  const write = async (name: string, state: StoredState): Promise<string> => {
    const bytes = encodeStoredState(state);
    const file = `${name}-${contentHash(bytes).slice(0, 16)}.bin`;
    await writeFileAtomic(join(directory, file), bytes);
    return file;
  };
  const templates = policy.prompts.map(({ template }) => template);
  const manifest: ChooserManifest = {
    format: CHOOSER_FORMAT,
    ...about,
    trainedAt: new Date().toISOString(),
    settings: policy.settings,
    prompts: policy.prompts.map(({ id, promptId, llm, template }, column) => ({
      id,
      promptId,
      llm,
      template,
      split: "training",
      success: policy.promptMeans[column]!,
    })),
    fixedColumn: policy.fixedColumn,
    margin: policy.margin,
    leastLikeness: policy.leastLikeness,
    gate: policy.gate,
    priced: policy.priced,
    latencyModel: policy.latencyModel,
    hyperparameters: policy.hyperparameters,
    files: {
      embedder: await write("embedder", policy.embedder.save()),
      rewardModel: await write("reward-model", policy.model.save()),
      likeness: await write("likeness", policy.likeness.save()),
      ...(learnsFromTexts(policy.settings.promptEmbedder)
        ? {}
        : {
            promptEmbedder: await write(
              "prompt-embedder",
              (await policy.promptEmbedder.fit(templates)).save(),
            ),
          }),
    },
  };
  await writeFileAtomic(join(directory, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const current = new Set(Object.values(manifest.files));
  for (const file of Object.values(replaced?.files ?? {}))
    if (!current.has(file)) await rm(join(directory, file), { force: true });
  return directory;
}

/**
 * Reads the trained chooser of a run. Its files may come from anyone: they say what a chooser is made of, never where a
 * key or a question is sent (see `restoreEmbedder`).
 * @throws UsageError where nothing has been trained, naming the command that does it, or where an embedder asks an
 * endpoint that the environment does not name
 * @throws ModelFileError where a file is damaged or the files do not belong together
 */
export async function readChooser(run: RunDirectory): Promise<StoredChooser> {
  const manifest = await readChooserManifest(run);
  if (manifest === null)
    throw new UsageError(`${run.path} has no trained chooser yet; train one with: oirl train ${run.path}`, {
      directory: run.path,
    });
  try {
    return await readChooserFiles(run, manifest);
  } catch (error) {
    // Replaced while it was read: the files are gone with the manifest that named them.
    const newer = await readChooserManifest(run);
    if (newer === null || newer.trainedAt === manifest.trainedAt) throw error;
    return readChooserFiles(run, newer);
  }
}

async function readChooserFiles(run: RunDirectory, manifest: ChooserManifest): Promise<StoredChooser> {
  const directory = chooserDirectory(run);
  const { files, settings } = manifest;
  const model = restoreRewardModel(await readStoredState(join(directory, files.rewardModel)));
  const embedding = { cacheDirectory: embeddingCacheDirectory(run) };
  const restore = async (file: string) =>
    restoreEmbedder(await readStoredState(join(directory, file)), embedding);
  const candidates = manifest.prompts.length;
  if (
    model.prompts !== candidates ||
    manifest.fixedColumn >= candidates ||
    !areOfCandidates(manifest, candidates)
  )
    throw new ModelFileError(
      `${directory}: the reward model has ${model.prompts} prompts, the manifest ${manifest.prompts.length}; ` +
        `train again with: oirl train ${run.path} --force`,
      { directory },
    );
  return {
    manifest,
    policy: {
      settings,
      embedder: await restore(files.embedder),
      model,
      prompts: manifest.prompts.map(({ success: _, ...candidate }) => candidate),
      promptEmbedder: await restorePromptEmbedder(manifest, directory, restore),
      fixedColumn: manifest.fixedColumn,
      margin: manifest.margin,
      likeness: restoreLikeness(await readStoredState(join(directory, files.likeness))),
      leastLikeness: manifest.leastLikeness,
      promptMeans: Float64Array.from(manifest.prompts, ({ success }) => success),
      gate: manifest.gate,
      priced: manifest.priced,
      latencyModel: manifest.latencyModel,
      hyperparameters: manifest.hyperparameters,
    },
  };
}

/** By its name where it learns from the prompts' texts alone, else from its file, which `restore` checks. */
async function restorePromptEmbedder(
  { settings, files }: ChooserManifest,
  directory: string,
  restore: (file: string) => Promise<FittedEmbedder>,
): Promise<Embedder> {
  const name = settings.promptEmbedder;
  if (learnsFromTexts(name)) return createEmbedder(name);
  if (files.promptEmbedder === undefined)
    throw new ModelFileError(
      `${join(directory, "manifest.json")} names the prompt embedder "${name.slice(0, 100)}" without a file that holds it; train again with --force`,
      { directory },
    );
  const fitted = await restore(files.promptEmbedder);
  return { name, identity: async () => name, fit: async () => fitted };
}
