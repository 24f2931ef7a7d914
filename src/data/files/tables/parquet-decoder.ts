import type { FileHandle } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { AbortedError } from "../../../errors.ts";

/** What a Parquet file says of itself; nothing of it is checked yet. */
export interface ParquetLayout {
  readonly columns: readonly string[];
  readonly groups: readonly {
    readonly rows: bigint;
    /** Compressed, of each column. */
    readonly columnBytes: readonly bigint[];
  }[];
}

/**
 * Processor time for a step over few bytes. A damaged file can have the decoder loop for ever (a run of length 0), which
 * nothing inside its thread can end.
 */
const BASE_TIME_MS = 500;
/** Far slower than any machine decodes. */
const BYTES_PER_MS = 2000;
/** Where a step neither ends nor uses time, such as behind a promise that nobody keeps. */
const LONGEST_WAIT = 40;
const LOOK_EVERY_MS = 50;
/** For foreign bytes that would become more objects than memory holds. Large files may take more. */
const BASE_MEMORY_MB = 384;
const MEMORY_PER_BYTE = 16;
const MAX_MEMORY_MB = 4096;

/*
 * What the decoder's thread runs. It stands here as text, as the helpers of the shared-memory pool do: there is no
 * worker file to be found, neither among the sources nor inside other bundles.
 */
const DECODER_SOURCE = `
const { readSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");
const { descriptor, byteLength, hyparquet, compressors } = workerData;
const file = {
  byteLength,
  slice(start, end = byteLength) {
    if (!(start >= 0 && end <= byteLength && end >= start))
      throw new RangeError("bytes " + start + " to " + end + " were asked for, but the file has " + byteLength);
    const bytes = new Uint8Array(end - start);
    for (let filled = 0; filled < bytes.length; ) {
      const read = readSync(descriptor, bytes, filled, Math.min(bytes.length - filled, 2 ** 28), start + filled);
      if (read === 0) throw new RangeError("the file ends at byte " + (start + filled) + ", expected " + end);
      filled += read;
    }
    return bytes.buffer;
  },
};
let libraries, metadata;
const steps = {
  async load() {
    const [{ parquetMetadataAsync, parquetRead, parquetSchema }, found] = await Promise.all([import(hyparquet), import(compressors)]);
    libraries = { parquetMetadataAsync, parquetRead, parquetSchema, compressors: found.compressors };
  },
  async layout() {
    metadata = await libraries.parquetMetadataAsync(file);
    return {
      columns: libraries.parquetSchema(metadata).children.map((child) => child.element.name),
      groups: metadata.row_groups.map((group) => ({
        rows: group.num_rows,
        columnBytes: group.columns.map((column) => column.meta_data?.total_compressed_size ?? 0n),
      })),
    };
  },
  async rows({ rowStart, rowEnd }) {
    let window = [];
    const options = { file, metadata, compressors: libraries.compressors, rowStart, rowEnd, useOffsetIndex: true };
    await libraries.parquetRead({ ...options, onComplete: (rows) => { window = rows; } });
    return window;
  },
};
parentPort.on("message", async ({ step, ...wanted }) => {
  try {
    parentPort.postMessage({ value: await steps[step](wanted) });
  } catch (error) {
    parentPort.postMessage({ message: String(error?.message ?? error), code: error?.code });
  }
});
`;

type Reply = { readonly value: unknown } | { readonly message: string; readonly code: string | undefined };

/**
 * Decodes a Parquet file in a thread of its own, which can be ended whatever the bytes make it do: hang, fill the memory,
 * or throw where nobody listens.
 */
export class ParquetDecoder {
  private readonly worker: Worker;
  private failure: unknown;

  private constructor(
    handle: FileHandle,
    private readonly byteLength: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    const { resolve } = createRequire(import.meta.url);
    this.worker = new Worker(DECODER_SOURCE, {
      eval: true,
      execArgv: [],
      stdin: false,
      workerData: {
        descriptor: handle.fd,
        byteLength,
        hyparquet: pathToFileURL(resolve("hyparquet")).href,
        compressors: pathToFileURL(resolve("hyparquet-compressors")).href,
      },
      resourceLimits: {
        maxOldGenerationSizeMb: Math.min(
          MAX_MEMORY_MB,
          BASE_MEMORY_MB + Math.ceil((byteLength * MEMORY_PER_BYTE) / 2 ** 20),
        ),
      },
    });
    // Between steps nobody waits for it: an error then comes up with the next step.
    this.worker.on("error", (error) => {
      this.failure ??= error;
    });
    this.worker.on("exit", () => {
      this.failure ??= new Error("the decoder has ended");
    });
    this.worker.unref();
  }

  /** @param handle stays open until the decoder is closed */
  static async open(handle: FileHandle, byteLength: number, signal?: AbortSignal): Promise<ParquetDecoder> {
    const decoder = new ParquetDecoder(handle, byteLength, signal);
    // Only reads our own libraries, on a machine that may be busy.
    await decoder.ask({ step: "load" }, 120 * BASE_TIME_MS);
    return decoder;
  }

  /** @throws Error where the bytes are none of a Parquet file */
  async layout(): Promise<ParquetLayout> {
    return (await this.ask({ step: "layout" }, this.patienceMs(this.byteLength))) as ParquetLayout;
  }

  /**
   * @param rowEnd exclusive
   * @param bytes compressed, of what has to be looked at
   * @returns a list of cells a row
   * @throws Error where they cannot be decoded, or not in any time
   */
  async rows(rowStart: number, rowEnd: number, bytes: number): Promise<unknown[][]> {
    return (await this.ask({ step: "rows", rowStart, rowEnd }, this.patienceMs(bytes))) as unknown[][];
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private patienceMs(bytes: number): number {
    return BASE_TIME_MS + bytes / BYTES_PER_MS;
  }

  private async ask(request: object, patienceMs: number): Promise<unknown> {
    const { worker, signal } = this;
    if (signal?.aborted) throw new AbortedError();
    if (this.failure !== undefined) throw this.failure;
    let timer: NodeJS.Timeout | undefined;
    let stop: () => void = () => undefined;
    worker.ref();
    try {
      const reply = await new Promise<Reply>((resolve, reject) => {
        const onExit = (): void => reject(this.failure);
        const onAbort = (): void => reject(new AbortedError());
        worker.once("message", resolve).once("error", reject).once("exit", onExit);
        signal?.addEventListener("abort", onAbort, { once: true });
        stop = () => {
          worker.off("message", resolve).off("error", reject).off("exit", onExit);
          signal?.removeEventListener("abort", onAbort);
        };
        const startedMs = performance.now();
        const before = process.cpuUsage();
        timer = setInterval(() => {
          // Its own time, not that of other work on the machine.
          const { user, system } = process.cpuUsage(before);
          const usedMs = (user + system) / 1000;
          if (usedMs > patienceMs || performance.now() - startedMs > LONGEST_WAIT * patienceMs)
            reject(new Error(`decoding came to no end within ${(patienceMs / 1000).toFixed(1)} s of work`));
        }, LOOK_EVERY_MS);
        worker.postMessage(request);
      });
      if ("value" in reply) return reply.value;
      throw Object.assign(new Error(reply.message), reply.code !== undefined && { code: reply.code });
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      clearInterval(timer);
      stop();
      worker.unref();
    }
  }
}
