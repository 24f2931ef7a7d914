import { logRows } from "../../data/index.ts";
import { createEmbedder, embedTexts, selectRows } from "../../embed/index.ts";
import type { DenseFeatures, FeatureMatrix, WorkOptions } from "../../types/index.ts";
import { allPromptColumns, type EvaluationFold } from "../evaluation-fold.ts";
import { trainingTexts } from "../fold-outcome.ts";
import type { PreparedLog } from "../prepared-log.ts";
import { readMatrix, readReleasedEmbeddings } from "./released-embeddings.ts";

/** Dense and small enough for trees; the best of ours that is. */
const OWN_QUERY_EMBEDDER = "lsa:form-tf:256";
/** Where the release's prompt embeddings are missing. */
const OWN_PROMPT_EMBEDDER = "character-ngrams";

/** Features of a log that do not depend on the fold: what the release brought. */
export interface ReleaseFeatures {
  /** One row a question of the log; null: ours are used. */
  readonly queries: DenseFeatures | null;
  /** One row a prompt: training prompts, then held-out ones. */
  readonly prompts: FeatureMatrix;
  /** What they are, in words. */
  readonly queriesAre: string;
  readonly promptsAre: string;
}

/** The release's question and prompt embeddings where it has them, else ours. Each is decided by itself. */
export async function releaseFeatures(
  prepared: PreparedLog,
  release: string | null,
  seed: number,
): Promise<ReleaseFeatures> {
  const { log, run } = prepared;
  const rows = logRows(log);
  const released =
    release === null
      ? null
      : await readReleasedEmbeddings(release, run.manifest.task, rows, log.queries.length);
  const promptMatrix = await releasedPrompts(prepared);
  return {
    queries: released?.features ?? null,
    queriesAre:
      released === null
        ? `this package's ${OWN_QUERY_EMBEDDER}`
        : `the release's ${released.files.join(" and ")} (${released.features.columns} columns)`,
    prompts: promptMatrix ?? (await ownPrompts(prepared, seed)),
    promptsAre:
      promptMatrix === null
        ? `this package's ${OWN_PROMPT_EMBEDDER}`
        : `the release's prompt embeddings (${promptMatrix.columns} columns)`,
  };
}

/** What the importer copied into the run, both files joined; null where one is missing or does not fit the prompts. */
async function releasedPrompts({
  run,
  trainingPrompts,
  heldOutPrompts,
}: PreparedLog): Promise<DenseFeatures | null> {
  const training = await readMatrix(run.file("embeddings/prompt_embeddings.npy"), trainingPrompts.length);
  const heldOut = await readMatrix(run.file("embeddings/gpt4_prompt_embeddings.npy"), heldOutPrompts.length);
  if (training === null || heldOut === null || training.columns !== heldOut.columns) return null;
  const values = new Float32Array(training.values.length + heldOut.values.length);
  values.set(training.values);
  values.set(heldOut.values, training.values.length);
  return { kind: "dense", rows: training.rows + heldOut.rows, columns: training.columns, values };
}

async function ownPrompts(prepared: PreparedLog, seed: number): Promise<FeatureMatrix> {
  const templates = Array.from(
    allPromptColumns(prepared),
    (prompt) => prepared.log.prompts[prompt]!.template,
  );
  const embedder = await createEmbedder(OWN_PROMPT_EMBEDDER).fit([...new Set(templates)], { seed });
  return embedTexts(embedder, templates);
}

/** Features of one fold's questions. */
export interface FoldFeatures {
  /** One row a training question of the fold. */
  readonly train: FeatureMatrix;
  /** The distinct questions of the test units, as indices into the log's queries. */
  readonly testQueries: Int32Array;
  /** One row each of these. */
  readonly test: FeatureMatrix;
}

/** The features of a fold's questions; ours are learned from its training questions only. */
export async function foldFeatures(
  prepared: PreparedLog,
  fold: EvaluationFold,
  released: DenseFeatures | null,
  seed: number,
  options: WorkOptions,
): Promise<FoldFeatures> {
  const testQueries = Int32Array.from(new Set(fold.test.queryIndex));
  if (released !== null)
    return {
      train: selectRows(released, fold.trainQueries),
      testQueries,
      test: selectRows(released, testQueries),
    };
  const texts = trainingTexts(prepared, fold);
  const embedder = await createEmbedder(OWN_QUERY_EMBEDDER).fit(texts, { ...options, seed });
  const testTexts = Array.from(testQueries, (query) => prepared.texts[query]!);
  return {
    train: await embedTexts(embedder, texts, options),
    testQueries,
    test: await embedTexts(embedder, testTexts, options),
  };
}
