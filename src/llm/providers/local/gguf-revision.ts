import { type FileHandle, open } from "node:fs/promises";
import { UsageError } from "../../../errors.ts";
import { contentHash } from "../../../util/index.ts";

/** Every GGUF file begins so. */
const MAGIC = "GGUF";
/** What is read from each end: all that describes the model, and some of its weights. */
const SAMPLE_BYTES = 2 ** 20;

/**
 * Tells one model file from another: a hash of its length, its first and its last mebibyte, since some files are as
 * large as the memory. Hexadecimal.
 * @throws UsageError where the file cannot be read, or is no GGUF file
 */
export async function ggufRevision(file: string): Promise<string> {
  let ends: readonly [size: number, first: Uint8Array, last: Uint8Array];
  try {
    const handle = await open(file);
    ends = await readEnds(handle).finally(() => handle.close());
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read: ${(error as Error).message}. With --provider local, --llm is the path of a GGUF file.`,
      { file },
    );
  }
  const [size, first, last] = ends;
  if (Buffer.from(first.subarray(0, MAGIC.length)).toString("latin1") !== MAGIC)
    throw new UsageError(
      `${file} is no GGUF file: it does not begin with ${MAGIC}. With --provider local, --llm is the path of a model in llama.cpp's format.`,
      { file },
    );
  return contentHash(String(size), first, last);
}

async function readEnds(handle: FileHandle): Promise<[size: number, first: Uint8Array, last: Uint8Array]> {
  const { size } = await handle.stat();
  const read = async (position: number): Promise<Uint8Array> => {
    const buffer = new Uint8Array(SAMPLE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, SAMPLE_BYTES, position);
    return buffer.subarray(0, bytesRead);
  };
  return [size, await read(0), await read(Math.max(0, size - SAMPLE_BYTES))];
}
