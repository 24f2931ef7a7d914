import { hashRun } from "../data/index.ts";
import { createEmbedder } from "../embed/index.ts";
import { contentHash } from "../util/index.ts";
import type { PolicySettings } from "./policy.ts";
import type { PreparedLog } from "./prepared-log.ts";

/** Raised whenever a change of method makes stored results out of date. */
const METHOD_VERSION = 9;

/** Hash of everything a result depends on: the log's content, the LLM, the settings and the method's version. */
export async function resultKey(
  prepared: PreparedLog,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  return contentHash(
    `method ${METHOD_VERSION}`,
    await hashRun(prepared.run),
    prepared.log.llm,
    JSON.stringify(Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
}

/**
 * As `resultKey`, of a policy's settings: embedders count by what their names stand for, a file's content or an
 * endpoint's address, so that a result is stale as soon as these change.
 * @param stage what was made, and how, beside the settings
 */
export async function policyKey(
  prepared: PreparedLog,
  settings: PolicySettings,
  stage: Readonly<Record<string, string>>,
): Promise<string> {
  const { embedder, promptEmbedder } = settings;
  return resultKey(prepared, {
    ...stage,
    ...settings,
    embedder: await createEmbedder(embedder, prepared.queryEmbedding).identity(),
    promptEmbedder: await createEmbedder(promptEmbedder, prepared.promptEmbedding).identity(),
  });
}
