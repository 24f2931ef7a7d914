import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type RunDirectory, syncFolder, toIoError, writeFileAtomic } from "../../data/index.ts";
import { DataError, UsageError } from "../../errors.ts";
import { type ChooserManifest, chooserDirectory, readChooserManifest } from "../chooser-manifest.ts";

/** Earlier choosers that are kept. */
const KEPT_CHOOSERS = 10;

/** Names of the earlier choosers of a run, oldest first: numbers that grow. */
export async function listEarlierChoosers(run: RunDirectory): Promise<string[]> {
  try {
    return (await readdir(historyFolder(run))).filter((name) => /^\d{6}$/u.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw toIoError(error, historyFolder(run), "read");
  }
}

/**
 * Keeps a copy of the deployed chooser, before another one takes its place; the oldest beyond {@link KEPT_CHOOSERS} go.
 * @throws IoError where it cannot be written
 */
export async function keepDeployedChooser(run: RunDirectory): Promise<void> {
  const folder = historyFolder(run);
  const earlier = await listEarlierChoosers(run);
  const name = String(Number(earlier.at(-1) ?? 0) + 1).padStart(6, "0");
  const unfinished = join(folder, `.${name}`);
  try {
    await mkdir(folder, { recursive: true });
    await rm(unfinished, { recursive: true, force: true });
    await cp(chooserDirectory(run), unfinished, { recursive: true });
    await rename(unfinished, join(folder, name));
    await syncFolder(folder);
    for (const old of [...earlier, name].slice(0, -KEPT_CHOOSERS))
      await rm(join(folder, old), { recursive: true, force: true });
  } catch (error) {
    throw toIoError(error, folder, "write");
  }
}

/**
 * Puts the chooser that was deployed before in place of the present one, which goes.
 * @returns the manifest of the chooser that is deployed now
 * @throws UsageError where none is kept; ModelFileError where it is damaged
 */
export async function restoreEarlierChooser(run: RunDirectory): Promise<ChooserManifest> {
  const name = (await listEarlierChoosers(run)).at(-1);
  if (name === undefined)
    throw new UsageError(`${run.path} keeps no earlier chooser; oirl update keeps the one that it replaces`);
  const folder = join(historyFolder(run), name);
  const replaced = await readChooserManifest(run).catch(() => null);
  const manifest = await readManifestIn(run, folder);
  const deployed = chooserDirectory(run);
  try {
    for (const file of Object.values(manifest.files)) await cp(join(folder, file), join(deployed, file));
    // As when a chooser is trained: the manifest is replaced in one step, and the files it named go after that.
    await writeFileAtomic(join(deployed, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    const current = new Set<string>(Object.values(manifest.files));
    for (const file of Object.values(replaced?.files ?? {}))
      if (!current.has(file)) await rm(join(deployed, file), { force: true });
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw toIoError(error, deployed, "write");
  }
  return manifest;
}

async function readManifestIn(run: RunDirectory, folder: string): Promise<ChooserManifest> {
  const manifest = await readChooserManifest({ ...run, file: () => folder });
  if (manifest === null) throw new DataError("holds no chooser: it is damaged, remove it", { file: folder });
  return manifest;
}

function historyFolder(run: RunDirectory): string {
  return run.file("models/choosers");
}
