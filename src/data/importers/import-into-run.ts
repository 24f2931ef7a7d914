import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { AbortedError, DataError } from "../../errors.ts";
import type { WorkOptions } from "../../types/index.ts";
import { toIoError } from "../files/to-io-error.ts";
import { createRunDirectory, type RunDirectoryWriter } from "../run/create-run-directory.ts";
import { hashFile } from "../run/run-directory.ts";
import type { ImportSummary, RunDescription, SourceFile } from "../run/run-manifest.ts";
import { importKey } from "./import-key.ts";

/** What every importer accepts. */
export interface ImportOptions extends WorkOptions {
  /** The run directory to make. */
  readonly out: string;
  /** Replace a run that is there. @default false */
  readonly force?: boolean;
  /** True where the rewards come from a simulator; said wherever results are shown. @default false */
  readonly simulated?: boolean;
  /** Told what was noticed but is no error. */
  readonly onWarning?: (message: string) => void;
}

/** Of importers that can tell beforehand what they would do. */
export interface DryRun {
  /** Find out what would be imported, and write nothing; `out` does not count then. @default false */
  readonly dryRun?: boolean;
}

/**
 * Lets `fill` write a run and moves it into place, or, if it throws, leaves no trace.
 * @throws DataError if the run has no interactions
 */
export async function importIntoRun(
  options: ImportOptions & DryRun,
  fill: (writer: RunDirectoryWriter) => Promise<RunDescription>,
): Promise<ImportSummary> {
  const writer =
    options.dryRun === true
      ? DRY_WRITER
      : await createRunDirectory(options.out, options.force === undefined ? {} : { force: options.force });
  try {
    const filled = await fill(writer);
    const key = filled.source.key ?? (await importKey(filled.source.kind, options));
    const source = { ...filled.source, key };
    const description = { ...filled, source };
    const { counts } = filled;
    if (counts.interactions === 0)
      throw new DataError(
        `There is not one interaction with a reward${counts.skipped > 0 ? ` (${counts.skipped} entries have none)` : ""}.`,
        { file: source.files[0]?.name ?? options.out },
      );
    if (options.signal?.aborted) throw new AbortedError();
    await writer.commit(options.simulated === true ? { ...description, simulated: true } : description);
    return filled.mapping === undefined ? counts : { ...counts, mapping: filled.mapping };
  } finally {
    await writer.discard();
  }
}

const ignore = (): Promise<never> => Promise.resolve(undefined as never);
const pass = (): void => undefined;
/** Writes nothing. */
const DRY_WRITER: RunDirectoryWriter = {
  addQuery: pass,
  addPrompt: pass,
  addInteraction: pass,
  drain: ignore,
  renumberInteractions: ignore,
  prepareFile: () => Promise.reject(new Error("nothing is written in a dry run")),
  commit: ignore,
  discard: ignore,
};

/**
 * Name, size and hash of an input file.
 * @throws DataError where it is missing or not a regular file
 */
export async function fingerprintFile(file: string): Promise<SourceFile> {
  const found = await stat(file).catch((error: unknown) => {
    throw toIoError(error, file, "read");
  });
  if (found.isDirectory()) throw new DataError("This is a folder; a file is expected.", { file });
  if (!found.isFile())
    throw new DataError("This is not a regular file; save the data to a file first.", { file });
  return { name: basename(file), bytes: found.size, sha256: await hashFile(file) };
}
