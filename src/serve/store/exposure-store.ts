import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder, toIoError } from "../../data/index.ts";
import { IoError } from "../../errors.ts";
import type { StoreRecord } from "./exposure-records.ts";

/** A segment is closed when it has grown to so many bytes. */
const SEGMENT_BYTES = 16 * 2 ** 20;
/** Records that may wait for the disk; more are refused, since a disk that does not keep up will not catch up. */
const MAX_WAITING = 20_000;

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps choices and feedback, append-only, as JSON Lines in segments `<time>-<random>.jsonl`. A record is on the disk when
 * `append` resolves: all that wait are written and synced together (group commit). Every process writes segments of its
 * own, so that several may serve one run, and none continues a segment that a killed one has left: a torn last line
 * stays the last.
 */
export class ExposureStore {
  readonly folder: string;
  #waiting: Waiting[] = [];
  #drained: Promise<void> = Promise.resolve();
  #isDraining = false;
  #isClosed = false;
  #segment: { readonly handle: FileHandle; readonly path: string; bytes: number } | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @throws IoError where the folder cannot be made */
  static async open(folder: string): Promise<ExposureStore> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw toIoError(error, folder, "write");
    }
    return new ExposureStore(folder);
  }

  /** Records that wait for the disk. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when the record is on the disk.
   * @throws IoError where it cannot be written, or too many wait; then nothing was acknowledged
   */
  append(record: StoreRecord): Promise<void> {
    if (this.#isClosed) return Promise.reject(new IoError(`${this.folder}: the store is closed`));
    if (this.#waiting.length >= MAX_WAITING)
      return Promise.reject(
        new IoError(
          `${this.folder}: ${MAX_WAITING} records wait for the disk, which does not keep up; try again later`,
        ),
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
      if (this.#isDraining) return;
      this.#isDraining = true;
      this.#drained = this.#drain();
    });
  }

  /** Waits until everything is on the disk. What is appended afterwards is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drained;
    await this.#leaveSegment();
  }

  async #drain(): Promise<void> {
    // What arrives in this turn of the event loop is written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch.map(({ line }) => line).join(""));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // Part of a line may stand there: nothing more is written behind it.
        await this.#leaveSegment();
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isDraining = false;
  }

  async #write(text: string): Promise<void> {
    if ((this.#segment?.bytes ?? 0) >= SEGMENT_BYTES) await this.#leaveSegment();
    this.#segment ??= await this.#beginSegment();
    const { handle, path } = this.#segment;
    try {
      await handle.appendFile(text, "utf8");
      await handle.datasync();
    } catch (error) {
      throw toIoError(error, path, "write");
    }
    this.#segment.bytes += Buffer.byteLength(text);
  }

  async #beginSegment(): Promise<{ handle: FileHandle; path: string; bytes: number }> {
    const time = new Date().toISOString().replace(/[-:.]/gu, "");
    const path = join(this.folder, `${time}-${randomBytes(6).toString("hex")}.jsonl`);
    try {
      const handle = await open(path, "ax");
      await syncFolder(this.folder);
      return { handle, path, bytes: 0 };
    } catch (error) {
      throw toIoError(error, path, "write");
    }
  }

  async #leaveSegment(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.handle.close().catch(() => undefined);
  }
}
