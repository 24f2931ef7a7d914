import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { DataError, PromptOirlError } from "../errors.ts";

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** In Node from 22.15 on. */
const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => NodeJS.ReadWriteStream };

/**
 * A file's bytes unpacked where they begin as gzip or zstd do, else as they are.
 * @throws DataError where the archive is damaged, or this Node.js cannot unpack it
 */
export async function* decompressed(
  chunks: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<Buffer, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const rest = rejoined(first.value, iterator);
  const unpacker = unpackerOf(first.value, file);
  if (unpacker === undefined) {
    yield* rest;
    return;
  }
  const piping = pipeline(Readable.from(rest, { highWaterMark: 1 }), unpacker);
  // The error reaches the loop below by way of the unpacker; leaving the loop early is not one.
  piping.catch(() => undefined);
  try {
    for await (const chunk of unpacker) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof PromptOirlError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new DataError(`The archive is damaged or cut: ${message}. Pack it again.`, { file }, error);
  }
}

async function* rejoined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function unpackerOf(first: Buffer, file: string): NodeJS.ReadWriteStream | undefined {
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, index) => first[index] === byte);
  if (begins(GZIP)) return zlib.createGunzip();
  if (!begins(ZSTD)) return undefined;
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  throw new DataError(
    `This is a zstd archive, which Node.js unpacks from 22.15 on; this is ${process.version}. Unpack it first: zstd -d ${file}`,
    { file },
  );
}
