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

/** A log, with what every stage that learns from it asks of it. */
export interface LearnableLog {
  /** Where it comes from, and results are kept; null for one in memory. */
  readonly run: RunDirectory | null;
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

/** A log read from a run directory. */
export interface PreparedLog extends LearnableLog {
  readonly run: RunDirectory;
}

/** Of a log's whole reading, what is chosen. */
export type PrepareLogOptions = Pick<ModelOptions, "llm" | "choose" | "groupBy" | "cost" | "onWarning">;

/**
 * Opens a run directory and reads its log.
 * @param options.onWarning told of groups that swallow much of the log
 * @throws DataError where the log is malformed, holds no training prompt or no interaction
 * @throws UsageError where the log holds several LLMs and none is named, or its questions have no column `groupBy`
 */
export async function prepareLog(
  directory: string,
  { llm, choose, groupBy = DEFAULT_GROUP_BY, cost, onWarning }: PrepareLogOptions = {},
): Promise<PreparedLog> {
  const run = await openRunDirectory(directory);
  const log = await readRewardLog(run, { llm, choose, ...(onWarning !== undefined && { onWarning }) });
  return { ...learnableLog(log, run, { groupBy, cost, ...(onWarning !== undefined && { onWarning }) }), run };
}

/**
 * What is to be known of a log before anything is learned from it.
 * @param run where it comes from; null for one in memory
 * @throws DataError where it holds no training prompt or no answer
 * @throws UsageError where its questions have no column `groupBy`
 */
export function learnableLog(
  log: RewardLog,
  run: RunDirectory | null,
  { groupBy = DEFAULT_GROUP_BY, cost, onWarning }: Pick<ModelOptions, "groupBy" | "cost" | "onWarning">,
): LearnableLog {
  const listIndices = (split: Prompt["split"]): Int32Array =>
    Int32Array.from(log.prompts.keys()).filter((index) => log.prompts[index]!.split === split);
  const trainingPrompts = listIndices("training");
  const inFile = (name: string): { file?: string } => (run === null ? {} : { file: run.file(name) });
  if (log.length === 0)
    throw new DataError(
      "the log has no interaction, so there is nothing to learn from; answers without labels are graded by `oirl judge`",
      inFile("interactions.jsonl"),
    );
  if (trainingPrompts.length === 0)
    throw new DataError(
      "the log has no training prompt: mark at least one prompt as training",
      inFile("prompts.jsonl"),
    );
  const groups = assignQuestionGroups(log.queries, groupBy);
  const warnings = [...groupingWarnings(log.queries, groupBy), ...costWarnings(log, trainingPrompts, cost)];
  for (const warning of warnings) onWarning?.(warning);
  const cache = run === null ? {} : { cacheDirectory: embeddingCacheDirectory(run) };
  return {
    run,
    log,
    texts: log.queries.map(({ text }) => text),
    queryEmbedding: { texts: log.inFiles.queries, ...cache, reader: new TextReader() },
    featureNames: [...new Set(log.queries.flatMap(({ features }) => Object.keys(features ?? {})))].sort(),
    promptEmbedding: { texts: log.inFiles.prompts, ...cache },
    groups,
    groupedBy: groupBy,
    warnings,
    trainingPrompts,
    heldOutPrompts: listIndices("held-out"),
  };
}

/** Names of candidates in a warning. */
const MAX_NAMED = 5;

/** Costs of some candidates alone weigh nothing, which is to be said. */
function costWarnings(log: RewardLog, training: Int32Array, given: ModelOptions["cost"]): string[] {
  if (log.cost === undefined || given !== undefined) return [];
  const hasCost = new Set<number>();
  log.cost.forEach((cost, index) => {
    if (!Number.isNaN(cost)) hasCost.add(log.promptIndex[index]!);
  });
  const lacking = Array.from(training).filter((candidate) => !hasCost.has(candidate));
  if (lacking.length === 0) return [];
  const names = lacking.slice(0, MAX_NAMED).map((candidate) => `"${log.prompts[candidate]!.id}"`);
  return [
    `The log has no cost of ${names.join(", ")}${lacking.length > names.length ? " …" : ""}, so success is not weighed against cost. Give every candidate's by --cost NAME=NUMBER to have that.`,
  ];
}

/** Where answers of embedding endpoints are kept, so that none is paid for twice. */
export function embeddingCacheDirectory(run: RunDirectory): string {
  return run.file("embeddings/cache");
}
