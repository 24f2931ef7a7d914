import { hashRun } from "../data/index.ts";
import { contentHash } from "../util/index.ts";
import type { PreparedLog } from "./prepared-log.ts";

/** Raised whenever a change of method makes stored results out of date. */
const METHOD_VERSION = 1;

/** Hash of everything a result depends on: the log's content, the LLM, the settings and the method's version. */
export async function resultKey(
  prepared: PreparedLog,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  return contentHash(
    `method ${METHOD_VERSION}`,
    await hashRun(prepared.run),
    prepared.log.model,
    JSON.stringify(settings, Object.keys(settings).sort()),
  );
}
