import { promisify } from "node:util";
import { createInflateRaw } from "node:zlib";
import { type Entry, open, type ZipFile } from "yauzl";
import { AbortedError, DataError, PromptOirlError } from "../../../errors.ts";
import { unpackZstd } from "../decompress.ts";
import type { ReadOptions } from "../read-chunks.ts";
import { systemErrorCode, toIoError } from "../to-io-error.ts";
import { JsonRow } from "./json-row.ts";
import { parseJsonValues } from "./json-text.ts";
import { peekRows } from "./peek-rows.ts";
import type { Table } from "./table.ts";

const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;
/** Most bytes of one member once unpacked: a sample with its transcript. */
const MAX_MEMBER_BYTES = 256 * 2 ** 20;
const SAMPLE = /^samples\/[^/]+\.json$/;

const openZip = promisify<string, { lazyEntries: boolean; autoClose: boolean }, ZipFile>(open);

/**
 * Opens a log of inspect_ai (`.eval`): a zip whose members are compressed with zstd, each sample one of them. What stands
 * in `header.json` is the table's context; rows are in order of the samples' names.
 * @throws DataError where it is no such archive, is damaged, or a member is larger than 256 MB
 */
export async function openEvalArchive(file: string, options: ReadOptions): Promise<Table> {
  const zip = await openZip(file, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw describeZipError(error, file);
  });
  try {
    const entries = await listEntries(zip).catch((error: unknown) => {
      throw describeZipError(error, file);
    });
    const header = entries.find(({ fileName }) => fileName === "header.json");
    if (header === undefined)
      throw new DataError(
        "This archive has no header.json: it is no log of inspect_ai, or the evaluation has not ended.",
        { file },
      );
    const context = (await readMember(zip, header, file)) as Record<string, unknown>;
    const samples = entries
      .filter(({ fileName }) => SAMPLE.test(fileName))
      .sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
    if (samples.length === 0) throw new DataError("This log of inspect_ai has no samples.", { file });
    const peeked = await peekRows(readSamples(zip, samples, file, options));
    const columns = new Set(peeked.firstRows.flatMap((row) => Object.keys(row.object)));
    return { file, format: "eval", columns: [...columns], context, ...peeked };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function* readSamples(
  zip: ZipFile,
  samples: readonly Entry[],
  file: string,
  options: ReadOptions,
): AsyncGenerator<JsonRow[], void, void> {
  try {
    for (const [index, entry] of samples.entries()) {
      if (options.signal?.aborted) throw new AbortedError();
      const sample = await readMember(zip, entry, file);
      options.onProgress?.(options.stage ?? "read", index + 1, samples.length);
      yield [new JsonRow(index + 1, sample)];
    }
  } finally {
    zip.close();
  }
}

function listEntries(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on("entry", (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on("end", () => resolve(entries));
    zip.on("error", reject);
    zip.readEntry();
  });
}

async function readMember(zip: ZipFile, entry: Entry, file: string): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of await unpackedMember(zip, entry, file)) {
      bytes += piece.length;
      if (bytes > MAX_MEMBER_BYTES)
        throw new DataError(`${entry.fileName} has more than ${MAX_MEMBER_BYTES} bytes.`, { file });
      pieces.push(piece);
    }
  } catch (error) {
    throw describeZipError(error, file);
  }
  const [value] = parseJsonValues(Buffer.concat(pieces).toString("utf8"), `${file}/${entry.fileName}`, 1);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new DataError(`${entry.fileName} is not a JSON object.`, { file });
  return value as Record<string, unknown>;
}

async function unpackedMember(zip: ZipFile, entry: Entry, file: string): Promise<AsyncIterable<Buffer>> {
  const raw = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    zip.openReadStream(entry, { decodeFileData: false } as never, (error, stream) =>
      error ? reject(error) : resolve(stream),
    ),
  );
  const chunks = raw as unknown as AsyncIterable<Buffer>;
  if (entry.compressionMethod === STORED) return chunks;
  if (entry.compressionMethod === ZSTD) return unpackZstd(chunks);
  if (entry.compressionMethod === DEFLATED) return raw.pipe(createInflateRaw()) as AsyncIterable<Buffer>;
  throw new DataError(
    `${entry.fileName} is compressed by method ${entry.compressionMethod}; expected none, deflate or zstd.`,
    { file },
  );
}

function describeZipError(error: unknown, file: string): Error {
  if (error instanceof PromptOirlError) return error;
  if (systemErrorCode(error) !== undefined) return toIoError(error, file, "read");
  const message = error instanceof Error ? error.message : String(error);
  return new DataError(`The archive is damaged or cut: ${message}. Write it again.`, { file }, error);
}
