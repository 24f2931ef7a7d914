import { assignQuestionGroups, openRunDirectory, type RunDirectory, readRewardLog } from "../data/index.ts";
import type { EmbedderOptions } from "../embed/index.ts";
import { DataError } from "../errors.ts";
import type { Prompt, RewardLog } from "../types/index.ts";

/** A log read from a run directory, with what every later stage asks of it. */
export interface PreparedLog {
  readonly run: RunDirectory;
  readonly log: RewardLog;
  /** Texts of the log's queries, in its order. */
  readonly texts: readonly string[];
  /** What embedders of questions need to know: the texts `npy:` rows belong to, and where answers are cached. */
  readonly queryEmbedding: EmbedderOptions;
  /** Likewise for prompts; `npy:` rows belong to the log's prompts in order. */
  readonly promptEmbedding: EmbedderOptions;
  /** Group of each of the log's queries; groups are never divided between training and testing. */
  readonly groups: Int32Array;
  /** Training prompts, as indices into the log's prompts. */
  readonly trainingPrompts: Int32Array;
  /** Held-out prompts, likewise. */
  readonly heldOutPrompts: Int32Array;
}

/**
 * Opens a run directory and reads its log.
 * @param model which LLM's interactions to use; needed where the log holds several
 * @throws DataError where the log is malformed, holds no training prompt or no interaction
 * @throws UsageError where the log holds several LLMs and none is named
 */
export async function prepareLog(directory: string, model?: string): Promise<PreparedLog> {
  const run = await openRunDirectory(directory);
  const log = await readRewardLog(run, model === undefined ? {} : { model });
  const indicesOf = (split: Prompt["split"]): Int32Array =>
    Int32Array.from(log.prompts.keys()).filter((index) => log.prompts[index]!.split === split);
  const trainingPrompts = indicesOf("training");
  if (trainingPrompts.length === 0)
    throw new DataError("the log has no training prompt: mark at least one prompt as training", {
      file: run.file("prompts.jsonl"),
    });
  if (log.length === 0)
    throw new DataError(
      "the log has no interaction, so there is nothing to learn from; answers without labels are graded by `oirl judge`",
      {
        file: run.file("interactions.jsonl"),
      },
    );
  const texts = log.queries.map(({ text }) => text);
  const cacheDirectory = embeddingCacheDirectory(run);
  return {
    run,
    log,
    texts,
    queryEmbedding: { texts, cacheDirectory },
    promptEmbedding: { texts: log.prompts.map(({ template }) => template), cacheDirectory },
    groups: assignQuestionGroups(log.queries),
    trainingPrompts,
    heldOutPrompts: indicesOf("held-out"),
  };
}

/** Where answers of embedding endpoints are kept, so that none is paid for twice. */
export function embeddingCacheDirectory(run: RunDirectory): string {
  return run.file("embeddings/cache");
}
