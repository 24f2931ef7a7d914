import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readNpy, writeNpy } from "../data/index.ts";
import { DataError, IoError } from "../errors.ts";
import type { DenseFeatures } from "../types/index.ts";
import { contentHash } from "../util/index.ts";

const HASH_BYTES = 32;
/** More shards than this are joined into one when the cache is opened. */
const MAX_SHARDS = 64;
const ROWS_FILE = /^([0-9a-f]{64})\.rows\.npy$/;

/**
 * Embeddings on disk, so that no text is paid for twice. Below `directory` every embedder has a folder named by the hash
 * of its fingerprint, and in it shards of two NPY files: `<hash>.texts.npy`, the SHA-256 of each text (uint8, n × 32), and
 * `<hash>.rows.npy`, its embedding (float32, n × width), where `<hash>` is that of both contents. A shard that is torn,
 * changed or of another width is as good as absent: its texts are embedded again. The texts themselves are not stored.
 */
export class EmbeddingCache {
  private readonly rowOf = new Map<string, Float32Array>();

  private constructor(private readonly folder: string) {}

  /**
   * @param directory made where it does not exist
   * @param fingerprint says which embedder this is; another one never sees these rows
   * @param columns width of the rows where it is known; rows of another width are left out
   * @throws IoError where the folder cannot be read
   */
  static async open(directory: string, fingerprint: string, columns?: number): Promise<EmbeddingCache> {
    const cache = new EmbeddingCache(join(directory, contentHash(fingerprint).slice(0, 16)));
    await cache.load(columns);
    return cache;
  }

  /** The row of a text, or undefined. */
  get(text: string): Float32Array | undefined {
    return this.rowOf.get(contentHash(text));
  }

  /** Width of the rows; undefined while there are none. */
  get columns(): number | undefined {
    for (const row of this.rowOf.values()) return row.length;
    return undefined;
  }

  /**
   * Keeps rows in memory and on disk. Where the disk refuses (full, read-only), they are kept in memory only: a cache may
   * cost time, never a result.
   * @param texts one a row
   */
  async add(texts: readonly string[], { values, columns }: DenseFeatures): Promise<void> {
    const keys = texts.map((text) => contentHash(text));
    for (const [row, key] of keys.entries())
      this.rowOf.set(key, values.slice(row * columns, (row + 1) * columns));
    await this.write(keys, values, columns);
  }

  private async load(columns: number | undefined): Promise<void> {
    const names = await listShards(this.folder);
    let width = columns;
    for (const name of names) {
      const shard = await readShard(this.folder, name);
      if (shard === undefined || (width !== undefined && shard.columns !== width)) continue;
      width = shard.columns;
      for (const [row, key] of shard.keys.entries())
        this.rowOf.set(key, shard.values.subarray(row * width, (row + 1) * width));
    }
    if (names.length > MAX_SHARDS && width !== undefined) await this.join(names, width);
  }

  /** Replaces many shards by one. Another process that reads meanwhile finds either, or embeds again. */
  private async join(names: readonly string[], columns: number): Promise<void> {
    const values = new Float32Array(this.rowOf.size * columns);
    for (const [row, source] of [...this.rowOf.values()].entries()) values.set(source, row * columns);
    const joined = await this.write([...this.rowOf.keys()], values, columns);
    if (joined === undefined) return;
    for (const name of names) if (name !== joined) await removeShard(this.folder, name);
  }

  /** @returns the name of the shard; undefined where the disk refused */
  private async write(
    keys: readonly string[],
    values: Float32Array,
    columns: number,
  ): Promise<string | undefined> {
    const keyBytes = new Uint8Array(Buffer.from(keys.join(""), "hex"));
    const name = shardName(keyBytes, values);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeNpy(join(this.folder, `${name}.texts.npy`), keyBytes, [keys.length, HASH_BYTES]);
      await writeNpy(join(this.folder, `${name}.rows.npy`), values, [keys.length, columns]);
      return name;
    } catch (error) {
      if (error instanceof IoError || isSystemError(error)) return undefined;
      throw error;
    }
  }
}

interface Shard {
  readonly keys: readonly string[];
  readonly values: Float32Array;
  readonly columns: number;
}

function shardName(keys: Uint8Array, values: Float32Array): string {
  return contentHash(keys, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

async function listShards(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => ROWS_FILE.exec(name)?.[1] ?? []).sort();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw new IoError(
      `The embedding cache ${folder} cannot be read; check its rights, or name another folder.`,
      {
        folder,
      },
      error,
    );
  }
}

/** Undefined where anything about the shard is not as it was written. */
async function readShard(folder: string, name: string): Promise<Shard | undefined> {
  try {
    const texts = await readNpy(join(folder, `${name}.texts.npy`));
    const rows = await readNpy(join(folder, `${name}.rows.npy`));
    const [count, columns] = rows.shape;
    if (!(texts.values instanceof Uint8Array && rows.values instanceof Float32Array)) return undefined;
    if (count === undefined || columns === undefined || texts.values.length !== count * HASH_BYTES)
      return undefined;
    if (shardName(texts.values, rows.values) !== name) return undefined;
    const hex = Buffer.from(texts.values).toString("hex");
    const keys = Array.from({ length: count }, (_, row) => hex.slice(row * 64, (row + 1) * 64));
    return { keys, values: rows.values, columns };
  } catch (error) {
    if (error instanceof DataError || error instanceof IoError) return undefined;
    throw error;
  }
}

async function removeShard(folder: string, name: string): Promise<void> {
  // What cannot be removed stays, and is read again next time.
  for (const part of ["rows", "texts"])
    await rm(join(folder, `${name}.${part}.npy`), { force: true }).catch(() => undefined);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string";
}
