import { join } from "node:path";
import { makeFolder, writeFileAtomic, writeNpy } from "../data/index.ts";
import { createEmbedder, embedTexts } from "../embed/index.ts";
import { AbortedError, UsageError } from "../errors.ts";
import type { DenseFeatures, FeatureMatrix, Protocol, RewardMatrix } from "../types/index.ts";
import type { EvaluationFold } from "./evaluation-fold.ts";
import type { ModelOptions } from "./pipeline-types.ts";
import { resolveSettings } from "./policy.ts";
import { type PreparedLog, prepareLog } from "./prepared-log.ts";
import { protocolFolds } from "./protocol-folds.ts";
import { subsetsBySize } from "./sweep-subsets.ts";

/** Dense, so that it fits in arrays other libraries train on. */
const DEFAULT_EXPORT_EMBEDDER = "lsa:form-tf:256";
/** 2^10 - 1 settings at most. */
const MAX_PROMPTS = 10;

/** What `exportNpy` wrote. */
export interface NpyExport {
  readonly directory: string;
  /** Number of settings, one a subset of training prompts. */
  readonly settings: number;
  readonly trainQuestions: number;
  readonly testQuestions: number;
}

/**
 * Writes, as the reference's third step does, one data set for each subset of the training prompts. Per setting
 * (columns joined by `_`): `<task>_training_data_<columns>.npy`, pairs (question row, prompt column) as int32;
 * `<task>_training_labels_<columns>.npy`, one mean reward a pair (0 or 1 where each pair was tried once); and
 * `<task>_method_index_<columns>.npy`. Once: `<task>_{train,test}_query_embeddings.npy`,
 * `<task>_prompt_embeddings.npy` (training prompts, then held-out), `<task>_test_query_{data,labels}.npy` and
 * `<task>_index.json` naming rows and columns.
 * @param options.protocol `grouped` (leak-free) or `paper` @default "grouped"
 * @param options.out @default `npy` in the run directory
 */
export async function exportNpy(
  directory: string,
  options: ModelOptions & { readonly out?: string; readonly protocol?: Protocol } = {},
): Promise<NpyExport> {
  const prepared = await prepareLog(directory, options);
  const embedderName = options.embedder ?? DEFAULT_EXPORT_EMBEDDER;
  const settings = resolveSettings({ ...options, embedder: embedderName }, prepared);
  const count = prepared.trainingPrompts.length;
  if (count > MAX_PROMPTS)
    throw new UsageError(
      `the log has ${count} training prompts, which make 2^${count} - 1 settings; at most ${MAX_PROMPTS} can be exported`,
    );
  const fold = exportFold(prepared, options.protocol ?? "grouped", settings.seed);
  const out = options.out ?? prepared.run.file("npy");
  await makeFolder(out);
  const task = prepared.run.manifest.task.replace(/[^\w.-]+/gu, "_");
  const file = (name: string): string => join(out, `${task}_${name}`);

  const listTexts = (queries: Int32Array): string[] =>
    Array.from(queries, (query) => prepared.log.queries[query]!.text);
  const embedder = await createEmbedder(settings.embedder, prepared.queryEmbedding).fit(
    listTexts(fold.trainQueries),
    {
      seed: settings.seed,
    },
  );
  const prompts = [...prepared.trainingPrompts, ...prepared.heldOutPrompts].map(
    (prompt) => prepared.log.prompts[prompt]!,
  );
  const templates = prompts.map(({ template }) => template);
  const promptEmbedder = await createEmbedder(settings.promptEmbedder, prepared.promptEmbedding).fit([
    ...new Set(templates),
  ]);
  await writeFeatures(
    file("train_query_embeddings.npy"),
    await embedTexts(embedder, listTexts(fold.trainQueries)),
  );
  await writeFeatures(
    file("test_query_embeddings.npy"),
    await embedTexts(embedder, listTexts(fold.test.queryIndex)),
  );
  await writeFeatures(file("prompt_embeddings.npy"), await embedTexts(promptEmbedder, templates));

  const test = labeledPairs(fold.test.rewards, [...prepared.trainingPrompts.keys()]);
  await writeNpy(file("test_query_data.npy"), test.pairs, [test.labels.length, 2]);
  await writeNpy(file("test_query_labels.npy"), test.labels, [test.labels.length]);
  const subsets = subsetsBySize(count);
  for (const [index, subset] of subsets.entries()) {
    if (options.signal?.aborted === true) throw new AbortedError(`Canceled after ${index} settings.`);
    options.onProgress?.("settings", index, subsets.length);
    const { pairs, labels } = labeledPairs(fold.trainRewards, subset);
    const suffix = `${subset.join("_")}.npy`;
    await writeNpy(file(`training_data_${suffix}`), pairs, [labels.length, 2]);
    await writeNpy(file(`training_labels_${suffix}`), labels, [labels.length]);
    await writeNpy(file(`method_index_${suffix}`), Int32Array.from(subset), [subset.length]);
  }
  options.onProgress?.("settings", subsets.length, subsets.length);
  const listIds = (queries: Int32Array): string[] =>
    Array.from(queries, (query) => prepared.log.queries[query]!.id);
  await writeFileAtomic(
    file("index.json"),
    `${JSON.stringify({
      task: prepared.run.manifest.task,
      protocol: options.protocol ?? "grouped",
      embedder: settings.embedder,
      promptEmbedder: settings.promptEmbedder,
      prompts: prompts.map(({ id, split }) => ({ id, split })),
      trainQueries: listIds(fold.trainQueries),
      testQueries: listIds(fold.test.queryIndex),
    })}\n`,
  );
  return {
    directory: out,
    settings: subsets.length,
    trainQuestions: fold.trainQueries.length,
    testQuestions: fold.test.queryIndex.length,
  };
}

function exportFold(prepared: PreparedLog, protocol: Protocol, seed: number): EvaluationFold {
  if (protocol === "nested")
    throw new UsageError("nested has five divisions; export grouped or paper, which have one");
  return protocolFolds(prepared, protocol, seed).folds[0]!;
}

/** Pairs with at least one label, question by question as the reference orders them. */
function labeledPairs(
  rewards: RewardMatrix,
  columns: readonly number[],
): { pairs: Int32Array; labels: Float32Array } {
  const pairs: number[] = [];
  const labels: number[] = [];
  for (let query = 0; query < rewards.queries; query++)
    for (const column of columns) {
      const pair = query * rewards.prompts + column;
      if (rewards.trials[pair]! === 0) continue;
      pairs.push(query, column);
      labels.push(rewards.successes[pair]! / rewards.trials[pair]!);
    }
  return { pairs: Int32Array.from(pairs), labels: Float32Array.from(labels) };
}

async function writeFeatures(file: string, features: FeatureMatrix): Promise<void> {
  const { rows, columns, values } = toDense(features, file);
  await writeNpy(file, values, [rows, columns]);
}

/** 1 GiB of float32: beyond it a sparse embedding has no business in a dense array. */
const MAX_DENSE_VALUES = 2 ** 28;

function toDense(features: FeatureMatrix, file: string): DenseFeatures {
  if (features.kind === "dense") return features;
  const { rows, columns, rowStart, columnIndex, values } = features;
  if (rows * columns > MAX_DENSE_VALUES)
    throw new UsageError(
      `${file} would hold ${rows} × ${columns} mostly zero values; choose a dense embedder, such as ${DEFAULT_EXPORT_EMBEDDER}`,
    );
  const dense = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++)
      dense[row * columns + columnIndex[entry]!] = values[entry]!;
  return { kind: "dense", rows, columns, values: dense };
}
