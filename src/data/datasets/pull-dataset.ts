import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { DataError, ExistsError, UsageError } from "../../errors.ts";
import type { WorkOptions } from "../../types/index.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { hashFile } from "../run/run-directory.ts";
import { DATASETS, type Dataset, type DatasetName, listPlaces } from "./catalog.ts";
import { downloadFile } from "./download-file.ts";

/** What is pulled, from where, to where. */
export interface PullDatasetOptions extends WorkOptions {
  readonly name: DatasetName;
  /** The file of questions to make. */
  readonly out: string;
  /** Folder with the authors' files, or the one file of a data set that has one; nothing is fetched then. */
  readonly from?: string;
  /** Address to fetch from instead of the authors' own; their paths follow after it. */
  readonly mirror?: string;
  /** Folder in which fetched files are kept. @default prompt-oirl/datasets in the user's cache folder */
  readonly cacheDirectory?: string;
  /** Replace `out`. @default false */
  readonly force?: boolean;
  readonly onWarning?: (message: string) => void;
}

/** What was pulled. */
export interface PullSummary {
  readonly name: DatasetName;
  readonly queries: number;
  /** Absolute. */
  readonly file: string;
  readonly license: string;
  readonly home: string;
  /** Whether every file is the published one, byte for byte. */
  readonly isVerified: boolean;
}

/**
 * Writes a data set's questions as JSON Lines `{id, text, answer}`.
 * @throws UsageError for an unknown name or address, ExistsError where `out` is there, DataError where files are missing
 * or not what was published, IoError where they cannot be fetched
 */
export async function pullDataset(options: PullDatasetOptions): Promise<PullSummary> {
  const dataset = DATASETS.find(({ name }) => name === options.name);
  if (dataset === undefined)
    throw new UsageError(
      `There is no data set "${options.name}"; there are ${DATASETS.map(({ name }) => name).join(", ")}.`,
    );
  const file = resolve(options.out);
  if (options.force !== true && (await isThere(file)))
    throw new ExistsError(`${options.out} exists. Choose another file, or replace it by --force.`, {
      path: file,
    });
  if (options.from !== undefined && options.mirror !== undefined)
    throw new UsageError("--from and --mirror exclude each other: files are either there or fetched.");
  const found =
    options.from === undefined ? await fetchFiles(dataset, options) : await findFiles(dataset, options.from);
  if (!found.isVerified)
    options.onWarning?.(
      `The files in ${options.from} are not byte for byte those at ${dataset.home}; results may differ from published ones.`,
    );
  const queries = await dataset.load(found.paths);
  await writeFileAtomic(file, queries.map((query) => `${JSON.stringify(query)}\n`).join(""));
  const { name, license, home } = dataset;
  return { name, queries: queries.length, file, license, home, isVerified: found.isVerified };
}

interface FoundFiles {
  readonly paths: readonly string[];
  readonly isVerified: boolean;
}

async function findFiles(dataset: Dataset, from: string): Promise<FoundFiles> {
  const paths: string[] = [];
  let isVerified = true;
  for (const file of dataset.files) {
    const places =
      dataset.files.length === 1
        ? [from, ...listPlaces(dataset, file, from)]
        : listPlaces(dataset, file, from);
    const isFile = await Promise.all(places.map(isRegularFile));
    const path = places[isFile.indexOf(true)];
    if (path === undefined)
      throw new DataError(
        `${file.path.split("/").at(-1)} of ${dataset.name} was not found. Looked at ${[...new Set(places)].join(", ")}. Clone ${dataset.home}, or leave --from out to fetch it.`,
        { file: from },
      );
    paths.push(path);
    isVerified &&= (await hashFile(path)) === file.sha256;
  }
  return { paths, isVerified };
}

async function fetchFiles(dataset: Dataset, options: PullDatasetOptions): Promise<FoundFiles> {
  const base = baseUrl(options.mirror ?? dataset.baseUrl);
  const folder = join(options.cacheDirectory ?? defaultCache(), dataset.name);
  const total = dataset.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const paths: string[] = [];
  let before = 0;
  for (const file of dataset.files) {
    const target = join(folder, ...file.path.split("/"));
    const done = before;
    await downloadFile(new URL(file.path, base).href, file, {
      target,
      ...(options.signal !== undefined && { signal: options.signal }),
      onBytes: (bytes) => options.onProgress?.(`fetch ${dataset.name}`, done + bytes, total),
    });
    before += file.bytes;
    paths.push(target);
  }
  return { paths, isVerified: true };
}

function baseUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new UsageError(`"${address.slice(0, 200)}" is not an http(s) address of a mirror.`);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function defaultCache(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "prompt-oirl", "datasets");
}

async function isRegularFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
