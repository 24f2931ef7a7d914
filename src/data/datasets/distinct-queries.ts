import type { Query } from "../../types/index.ts";
import type { DatasetRow } from "./dataset-row.ts";

/** One query a distinct text, in order of first appearance, with ids `<name>-0001` …; the first answer is kept. */
export async function distinctQueries(name: string, rows: AsyncIterable<DatasetRow>): Promise<Query[]> {
  const queries = new Map<string, Query>();
  for await (const { text, answer } of rows) {
    if (queries.has(text)) continue;
    queries.set(text, { id: `${name}-${String(queries.size + 1).padStart(4, "0")}`, text, answer });
  }
  return [...queries.values()];
}
