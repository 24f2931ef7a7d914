import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import pRetry from "p-retry";
import { AbortedError, DataError, IoError } from "../../errors.ts";
import { toIoError } from "../files/to-io-error.ts";
import { hashFile } from "../run/run-directory.ts";
import type { DatasetFile } from "./catalog.ts";

/** How a file is fetched. */
export interface DownloadOptions {
  /** Where the finished file goes; a part of it waits beside it under `.part`. */
  readonly target: string;
  readonly signal?: AbortSignal;
  /** Told how many bytes are there, out of how many. */
  readonly onBytes?: (done: number, total: number) => void;
  /** Time without a byte after which an attempt is given up. @default 30000 */
  readonly idleTimeoutMs?: number;
  /** First pause between attempts; it doubles each time. @default 1000 */
  readonly firstRetryDelayMs?: number;
}

const RETRIES = 3;

/**
 * Fetches a published file and checks it. What an earlier attempt fetched is kept, and only the rest is asked for.
 * @throws DataError where the content is not the published one; the part is deleted
 * @throws IoError where the address cannot be reached, after three more attempts, or the disk refuses
 */
export async function downloadFile(url: string, file: DatasetFile, options: DownloadOptions): Promise<void> {
  const { target, signal } = options;
  if ((await readFileSize(target)) === file.bytes && (await hashFile(target)) === file.sha256) {
    options.onBytes?.(file.bytes, file.bytes);
    return;
  }
  const part = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await pRetry(() => fetchRest(url, file, part, options), {
      retries: RETRIES,
      minTimeout: options.firstRetryDelayMs ?? 1000,
      randomize: true,
      ...(signal !== undefined && { signal }),
      shouldRetry: ({ error }) => error instanceof IoError && error.details.isPassing === true,
    });
    const sha256 = await hashFile(part);
    if (sha256 !== file.sha256) {
      await rm(part, { force: true });
      throw new DataError(
        `${url} is not the published file: its SHA-256 is ${sha256}, expected ${file.sha256}. Try again, or use a copy you trust by --from.`,
      );
    }
    await rename(part, target);
  } catch (error) {
    if (signal?.aborted) throw new AbortedError();
    throw toIoError(error, target, "write");
  }
}

async function fetchRest(
  url: string,
  file: DatasetFile,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onBytes, idleTimeoutMs = 30_000 } = options;
  let have = (await readFileSize(part)) ?? 0;
  if (have > file.bytes) {
    await rm(part);
    have = 0;
  }
  if (have === file.bytes) return;
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  let timer = setTimeout(onAbort, idleTimeoutMs);
  const handle = await open(part, "a");
  try {
    signal?.throwIfAborted();
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (have > 0) headers.range = `bytes=${have}-`;
    const response = await fetch(url, { headers, signal: stop.signal }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (response.status !== 200 && response.status !== 206)
      throw new IoError(
        `${url} answered with status ${response.status}. Name another source by --mirror, or files you have by --from.`,
        { url, status: response.status, isPassing: response.status >= 500 || response.status === 429 },
      );
    // A server that does not know ranges sends the whole file again.
    if (response.status === 200 || !response.headers.get("content-range")?.startsWith(`bytes ${have}-`)) {
      if (response.status === 206)
        throw new IoError(`${url} sent another range than was asked for.`, { url, isPassing: false });
      await handle.truncate(0);
      have = 0;
    }
    const body = response.body ?? [];
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(onAbort, idleTimeoutMs);
      have += chunk.length;
      if (have > file.bytes) {
        await handle.truncate(0);
        throw new DataError(`${url} is longer than the published file, which has ${file.bytes} bytes.`);
      }
      await handle.appendFile(chunk);
      onBytes?.(have, file.bytes);
    }
    if (have < file.bytes)
      throw new IoError(`${url} ended after ${have} of ${file.bytes} bytes.`, { url, isPassing: true });
  } catch (error) {
    if (error instanceof TypeError || (error instanceof Error && error.name === "AbortError"))
      throw unreachable(url, error);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    await handle.close();
  }
}

function unreachable(url: string, error: unknown): IoError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new IoError(
    `${url} cannot be fetched (${cause}). Name another source by --mirror, or files you have by --from.`,
    { url, isPassing: true },
  );
}

async function readFileSize(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
