import {
  assignQuestionGroups,
  DEFAULT_GROUP_BY,
  openRunDirectory,
  type RunDirectory,
  readRewardLog,
} from "../data/index.ts";
import { type EmbedderOptions, TextReader } from "../embed/index.ts";
import { DataError } from "../errors.ts";
import type { Prompt, RewardLog } from "../types/index.ts";
import { groupingWarnings } from "./grouping-warnings.ts";
import type { ModelOptions } from "./pipeline-types.ts";

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
  /** Names of the features its queries carry. */
  readonly featureNames: readonly string[];
  /** Group of each of the log's queries; groups are never divided between training and testing. */
  readonly groups: Int32Array;
  /** What counts as the same question, as `ModelOptions.groupBy`. */
  readonly groupedBy: string;
  /** What to know of these groups, a sentence each. */
  readonly warnings: readonly string[];
  /** Training prompts, as indices into the log's prompts. */
  readonly trainingPrompts: Int32Array;
  /** Held-out prompts, likewise. */
  readonly heldOutPrompts: Int32Array;
}

/** Of a log's whole reading, what is chosen. */
export type PrepareLogOptions = Pick<ModelOptions, "llm" | "choose" | "groupBy" | "onWarning">;

/**
 * Opens a run directory and reads its log.
 * @param options.onWarning told of groups that swallow much of the log
 * @throws DataError where the log is malformed, holds no training prompt or no interaction
 * @throws UsageError where the log holds several LLMs and none is named, or its questions have no column `groupBy`
 */
export async function prepareLog(
  directory: string,
  { llm, choose, groupBy = DEFAULT_GROUP_BY, onWarning }: PrepareLogOptions = {},
): Promise<PreparedLog> {
  const run = await openRunDirectory(directory);
  const log = await readRewardLog(run, { llm, choose });
  const listIndices = (split: Prompt["split"]): Int32Array =>
    Int32Array.from(log.prompts.keys()).filter((index) => log.prompts[index]!.split === split);
  const trainingPrompts = listIndices("training");
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
  const groups = assignQuestionGroups(log.queries, groupBy);
  const warnings = groupingWarnings(log.queries, groupBy);
  for (const warning of warnings) onWarning?.(warning);
  const cacheDirectory = embeddingCacheDirectory(run);
  return {
    run,
    log,
    texts,
    queryEmbedding: { texts: log.inFiles.queries, cacheDirectory, reader: new TextReader() },
    featureNames: [...new Set(log.queries.flatMap(({ features }) => Object.keys(features ?? {})))].sort(),
    promptEmbedding: { texts: log.inFiles.prompts, cacheDirectory },
    groups,
    groupedBy: groupBy,
    warnings,
    trainingPrompts,
    heldOutPrompts: listIndices("held-out"),
  };
}

/** Where answers of embedding endpoints are kept, so that none is paid for twice. */
export function embeddingCacheDirectory(run: RunDirectory): string {
  return run.file("embeddings/cache");
}
