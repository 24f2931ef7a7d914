import { setTimeout as delay } from "node:timers/promises";
import PQueue from "p-queue";
import pRetry from "p-retry";
import { AbortedError, LlmError, UsageError } from "../errors.ts";
import { type Environment, findKey } from "../llm/index.ts";
import type { DenseFeatures, WorkOptions } from "../types/index.ts";
import { EmbeddingCache } from "./embedding-cache.ts";
import { normalizeRows } from "./feature-rows.ts";
import { askedDelayMs, requestEmbeddings } from "./request-embeddings.ts";

/** How a remote endpoint is used; none of it is stored with a model. */
export interface RemoteOptions {
  /** @default process.env */
  readonly environment?: Environment;
  /** Environment variable that holds the key. @default "OPENAI_API_KEY" */
  readonly keyVariable?: string;
  /** Folder of the cache (see `EmbeddingCache`); without it every text is asked for again. */
  readonly cacheDirectory?: string;
  /** Texts in one request, 1 to 2048. @default 128 */
  readonly batchSize?: number;
  /** Requests at once, ≥ 1. @default 4 */
  readonly concurrency?: number;
  /** Further tries of a request that failed for reasons that pass. @default 5 */
  readonly retries?: number;
  /** First pause between tries; it doubles each time, by chance up to twice that again. @default 500 */
  readonly firstRetryDelayMs?: number;
  /** Time for one request. @default 60000 */
  readonly timeoutMs?: number;
}

/** A pause longer than this is not worth waiting for: the work fails and can be resumed from the cache. */
const LONGEST_PAUSE_MS = 120_000;
/** Rows that are written to the cache together, so that little is lost when a long job is broken off. */
const BATCHES_A_SHARD = 16;

/** The model that is asked, and where. */
export interface EmbeddingEndpoint {
  /** As the endpoint calls it. */
  readonly model: string;
  /** Without `/embeddings` and without a slash at the end. */
  readonly baseUrl: string;
}

/** Embeds texts by batches, several at once, with retries and the cache. */
export class EmbeddingClient {
  private readonly queue: PQueue;
  private readonly batchSize: number;
  private cache: Promise<EmbeddingCache> | undefined;

  /**
   * @param columns width of the rows, where it is known
   * @throws UsageError where `batchSize` or `concurrency` is not a whole number ≥ 1
   */
  constructor(
    private readonly endpoint: EmbeddingEndpoint,
    private columns: number | undefined,
    private readonly options: RemoteOptions,
  ) {
    const { batchSize = 128, concurrency = 4 } = options;
    for (const [name, value] of Object.entries({ batchSize, concurrency }))
      if (!(Number.isInteger(value) && value >= 1))
        throw new UsageError(
          `The option ${name} of an embedding endpoint is ${value}, expected a whole number ≥ 1.`,
        );
    this.batchSize = batchSize;
    this.queue = new PQueue({ concurrency });
  }

  /**
   * @returns rows of length 1, in the order of the texts; zeros where a text is blank
   * @throws LlmError where a request fails for good, UsageError where a key is missing, AbortedError when the signal fires
   */
  async embed(texts: readonly string[], work: WorkOptions = {}): Promise<DenseFeatures> {
    if (work.signal?.aborted) throw new AbortedError();
    const cache = await this.openCache();
    const rows = new Map<string, Float32Array>();
    const missing = new Set<string>();
    for (const text of texts) {
      if (isBlank(text) || rows.has(text)) continue;
      const row = cache?.get(text);
      if (row === undefined) missing.add(text);
      else rows.set(text, row);
    }
    for (const row of rows.values()) this.checkWidth(row.length);
    await this.fetchRows([...missing], rows, cache, work);
    return this.collect(texts, rows);
  }

  private openCache(): Promise<EmbeddingCache> | undefined {
    const { cacheDirectory } = this.options;
    if (cacheDirectory === undefined) return undefined;
    const { baseUrl, model } = this.endpoint;
    this.cache ??= EmbeddingCache.open(
      cacheDirectory,
      JSON.stringify(["openai", baseUrl, model]),
      this.columns,
    );
    return this.cache;
  }

  /** Asks for all texts; what came is in the cache even where the rest fails. */
  private async fetchRows(
    texts: readonly string[],
    rows: Map<string, Float32Array>,
    cache: EmbeddingCache | undefined,
    work: WorkOptions,
  ): Promise<void> {
    if (texts.length === 0) return;
    const { keyVariable, environment = process.env } = this.options;
    const key = await findKey(
      this.endpoint.baseUrl,
      keyVariable === undefined ? {} : { keyVariable },
      environment,
    );
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    work.signal?.addEventListener("abort", onAbort, { once: true });
    const unsaved: string[] = [];
    const save = async (): Promise<void> => {
      const batch = unsaved.splice(0);
      if (cache !== undefined && batch.length > 0) await cache.add(batch, this.collect(batch, rows));
    };
    const { batchSize } = this;
    let done = 0;
    const fetchBatch = async (batch: readonly string[]): Promise<void> => {
      stop.signal.throwIfAborted();
      const features = await this.requestWithRetries(batch, key, stop.signal);
      for (const [index, text] of batch.entries()) {
        rows.set(text, features.values.subarray(index * features.columns, (index + 1) * features.columns));
        unsaved.push(text);
      }
      done += batch.length;
      work.onProgress?.("embed", done, texts.length);
      if (unsaved.length >= batchSize * BATCHES_A_SHARD) await save();
    };
    const jobs: Promise<void>[] = [];
    for (let start = 0; start < texts.length; start += batchSize) {
      const batch = texts.slice(start, start + batchSize);
      jobs.push(this.queue.add(() => fetchBatch(batch)));
    }
    try {
      await Promise.all(jobs);
    } catch (error) {
      stop.abort();
      await Promise.allSettled(jobs);
      if (work.signal?.aborted) throw new AbortedError();
      throw error;
    } finally {
      work.signal?.removeEventListener("abort", onAbort);
      await save();
    }
  }

  private async requestWithRetries(
    batch: readonly string[],
    key: string | undefined,
    signal: AbortSignal,
  ): Promise<DenseFeatures> {
    const { model, baseUrl } = this.endpoint;
    const attempt = async (): Promise<DenseFeatures> => {
      // A lone surrogate has no UTF-8; endpoints refuse the whole batch for one.
      const texts = batch.map((text) => text.replace(/\p{Surrogate}/gu, "\ufffd"));
      const timeoutMs = this.options.timeoutMs ?? 60_000;
      const features = await requestEmbeddings({ baseUrl, model, key, texts, timeoutMs, signal });
      this.checkWidth(features.columns);
      normalizeRows(features);
      return features;
    };
    return pRetry(attempt, {
      retries: this.options.retries ?? 5,
      minTimeout: this.options.firstRetryDelayMs ?? 500,
      maxTimeout: LONGEST_PAUSE_MS,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => isWorthRetrying(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && isWorthRetrying(error))
          await delay(askedDelayMs(error), undefined, { signal });
      },
    });
  }

  private checkWidth(columns: number): void {
    this.columns ??= columns;
    if (this.columns !== columns)
      throw new LlmError(
        `${this.endpoint.baseUrl} gave embeddings of ${columns} numbers, expected ${this.columns}: the model behind "${this.endpoint.model}" has changed. Train the model again, with an empty cache folder.`,
        false,
        { expected: this.columns, found: columns },
      );
  }

  private collect(texts: readonly string[], rows: ReadonlyMap<string, Float32Array>): DenseFeatures {
    const columns = this.columns ?? 0;
    const values = new Float32Array(texts.length * columns);
    for (const [index, text] of texts.entries()) {
      const row = rows.get(text);
      if (row !== undefined) values.set(row, index * columns);
    }
    return { kind: "dense", rows: texts.length, columns, values };
  }
}

function isWorthRetrying(error: unknown): boolean {
  return error instanceof LlmError && error.isRetryable && askedDelayMs(error) <= LONGEST_PAUSE_MS;
}

/** Nothing but white space: endpoints refuse it. */
export function isBlank(text: string): boolean {
  return text.trim() === "";
}
