import { z } from "zod";
import { DataError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { readWholeFile } from "../files/read-whole-file.ts";
import { decodeLine } from "../files/text-lines.ts";
import { parseRecord } from "../run/record-schemas.ts";

/** The published file has 340 kB. */
const MAX_BYTES = 64 * 2 ** 20;

const fileSchema = z.array(
  z.object({
    ID: z.string().min(1),
    Body: z.string().min(1),
    Question: z.string().min(1),
    Answer: z.union([z.number(), z.string()]),
  }),
);

/**
 * Loads SVAMP (arkilpatel/SVAMP, `SVAMP.json`): 1000 problems, each a body and a question, here one text.
 * @throws DataError naming the file and the first malformed problem
 */
export async function loadSvamp(path: string): Promise<Query[]> {
  const bytes = await readWholeFile(path, MAX_BYTES);
  const text = decodeLine(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), path).replace(
    /^\uFEFF/,
    "",
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(
      `The file is not JSON (${error instanceof Error ? error.message : error}).`,
      { file: path },
      error,
    );
  }
  const ids = new Set<string>();
  return parseRecord(fileSchema, value, "SVAMP file", { file: path }).map((problem) => {
    if (ids.has(problem.ID)) throw new DataError(`The ID "${problem.ID}" stands twice.`, { file: path });
    ids.add(problem.ID);
    const body = problem.Body.trim();
    // Some bodies lack their full stop.
    const separator = /[.?!,;:]$/.test(body) ? " " : ". ";
    return {
      id: problem.ID,
      text: `${body}${separator}${problem.Question.trim()}`,
      answer: String(problem.Answer),
    };
  });
}
