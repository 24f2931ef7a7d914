import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { makeFolder, toIoError, writeFileAtomic } from "../data/index.ts";

const envelopeSchema = z.object({ key: z.string(), result: z.unknown() });

/**
 * A result stored under the hash of everything it depends on; null where there is none, or where it was made from
 * something else. One that is damaged or has another shape is null too, since it can be computed anew, and
 * `onWarning` is told.
 * @throws DataError or IoError where the file is there but cannot be read, before anything is computed in vain
 */
export async function readStoredResult<Result>(
  file: string,
  key: string,
  schema: z.ZodType<Result>,
  onWarning?: (message: string) => void,
): Promise<Result | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw toIoError(error, file, "read");
  });
  if (text === null) return null;
  const envelope = envelopeSchema.safeParse(parseJson(text));
  if (envelope.success && envelope.data.key !== key) return null;
  const result = envelope.success ? schema.safeParse(envelope.data.result) : envelope;
  // As it was stored: the schema's own copy would lack what it does not know of.
  if (envelope.success && result.success) return envelope.data.result as Result;
  onWarning?.(
    `${file} is damaged or not of this release (${firstIssue(result.error)}); it is computed anew and replaced`,
  );
  return null;
}

/** Stores a result, replacing an older one in one step. */
export async function writeStoredResult(file: string, key: string, result: unknown): Promise<void> {
  await makeFolder(dirname(file));
  await writeFileAtomic(file, `${JSON.stringify({ key, result }, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstIssue(error: z.ZodError | undefined): string {
  const issue = error?.issues[0];
  if (issue === undefined || issue.path.length === 0) return "no stored result";
  return `${issue.path.join(".")}: ${issue.message}`;
}
