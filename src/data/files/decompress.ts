import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { DataError, PromptOirlError } from "../../errors.ts";

/**
 * The bytes of an archive of gzip or zstd, unpacked.
 * @throws DataError where it is damaged
 */
export async function* decompressed(
  kind: "gzip" | "zstd",
  chunks: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<Buffer, void, void> {
  try {
    yield* kind === "gzip" ? gunzipped(chunks) : unpackZstd(chunks);
  } catch (error) {
    if (error instanceof PromptOirlError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new DataError(`The archive is damaged or cut: ${message}. Pack it again.`, { file }, error);
  }
}

async function* gunzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const unpacker = createGunzip();
  const piping = pipeline(Readable.from(chunks, { highWaterMark: 1 }), unpacker);
  // The error reaches the loop below by way of the unpacker; leaving the loop early is not one.
  piping.catch(() => undefined);
  for await (const chunk of unpacker) yield chunk as Buffer;
}

/** Bytes of a zstd archive, which Node.js unpacks itself from 22.15 on only. */
export async function* unpackZstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let unpacked: Buffer[] = [];
  const unpacker = new Decompress((data) => {
    // A copy: the library goes on using its window.
    if (data.length > 0) unpacked.push(Buffer.from(data));
  });
  for await (const chunk of chunks) {
    unpacker.push(chunk);
    yield* unpacked;
    unpacked = [];
  }
  unpacker.push(new Uint8Array(0), true);
  yield* unpacked;
}
