import { z } from "zod";
import { DataError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { readJsonLines } from "../files/json-lines.ts";
import { parseRecord } from "../run/record-schemas.ts";
import type { DatasetRow } from "./dataset-row.ts";
import { distinctQueries } from "./distinct-queries.ts";

const lineSchema = z.object({ question: z.string().min(1), answer: z.string() });

/**
 * The rows of a GSM8K file in order.
 * @throws DataError with file and line
 */
export async function* readGsm8kRows(path: string): AsyncGenerator<DatasetRow, void, void> {
  for await (const { line, value } of readJsonLines(path)) {
    const { question, answer } = parseRecord(lineSchema, value, "GSM8K record", { file: path, line });
    const mark = answer.lastIndexOf("####");
    if (mark < 0)
      throw new DataError('The answer has no "####" before its result, as GSM8K answers have.', {
        file: path,
        line,
      });
    yield { text: question, answer: answer.slice(mark + 4).trim() };
  }
}

/**
 * Loads GSM8K (openai/grade-school-math): JSON Lines `{question, answer}`. The golden answer is what follows `####`.
 * @param path `train.jsonl` or `test.jsonl`
 * @throws DataError with file and line
 */
export function loadGsm8k(path: string): Promise<Query[]> {
  return distinctQueries("gsm8k", readGsm8kRows(path));
}
