import type { z } from "zod";
import { readJsonLines } from "../files/json-lines.ts";
import { parseRecord } from "./record-schemas.ts";

/**
 * Reads records with ids from JSON Lines; of equal ids the last counts.
 * @param what how a record is called in messages
 * @param most records are read
 * @throws DataError with file and line where a record is malformed
 */
export async function readById<Item extends { readonly id: string }>(
  file: string,
  schema: z.ZodType<Item>,
  what: string,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    if (items.size >= most) break;
    const item = parseRecord(schema, value, what, { file, line });
    items.set(item.id, item);
  }
  return items;
}
