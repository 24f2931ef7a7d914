import { logRows, type ReleasedTask } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import type { ReproductionArm, TaskReproduction } from "../../report/index.ts";
import { PART_CODES, type WorkOptions } from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import { checkQuestions } from "../check-questions.ts";
import { resolveSettings } from "../policy.ts";
import { prepareLog } from "../prepared-log.ts";
import { protocolFolds } from "../protocol-folds.ts";
import { subsetsBySize } from "../sweep-subsets.ts";
import { findings } from "./findings.ts";
import { confidencePicks, selfCritic } from "./llm-judgement.ts";
import { PUBLISHED_RESULTS } from "./published-results.ts";
import { releaseFeatures } from "./reference-features.ts";
import { type ArmPlan, type ReproductionPreset, reproductionArm } from "./reproduction-arm.ts";

/** Options of `reproduceTask`. */
export interface ReproduceTaskOptions extends WorkOptions {
  /** @default "fast" */
  readonly preset?: ReproductionPreset;
  /** Numbers K of training prompts. @default all */
  readonly sizes?: readonly number[];
  /** @default 7 */
  readonly seed?: number;
  /** Compute again what is stored. @default false */
  readonly force?: boolean;
  /** Clone of the release, for its question embeddings; without it ours are used. */
  readonly release?: string;
  /** Sentences to add to the findings, such as which files are missing. */
  readonly notes?: readonly string[];
}

/** The release's number of training prompts; with another one nothing is compared. */
const RELEASED_PROMPTS = 6;
/** 2^10 - 1 subsets. */
const MAX_PROMPTS = 10;

/**
 * Runs the reference's steps 3 to 5 on an imported log, and the same again without its leak: every subset of the
 * training prompts under the paper's protocol, under the grouped one, and with this package's default model.
 * @param directory run directory with published train and test parts
 * @throws UsageError where the log has no published parts, more than ten training prompts, or none of the sizes
 */
export async function reproduceTask(
  directory: string,
  options: ReproduceTaskOptions = {},
): Promise<TaskReproduction> {
  const { preset = "fast" } = options;
  // Stricter than the default, as the published rows hold many questions that differ in their numbers only.
  const groupBy = "form";
  const prepared = await prepareLog(directory, { groupBy });
  const settings = resolveSettings(
    { groupBy, ...(options.seed !== undefined && { seed: options.seed }) },
    prepared,
  );
  const count = prepared.trainingPrompts.length;
  const subsets = chosenSubsets(count, options.sizes);
  const { task } = prepared.run.manifest;
  const published = count === RELEASED_PROMPTS ? (PUBLISHED_RESULTS[task as ReleasedTask] ?? null) : null;
  const features = await releaseFeatures(prepared, options.release ?? null, settings.seed);
  const paper = protocolFolds(prepared, "paper", settings.seed);
  const grouped = protocolFolds(prepared, "grouped", settings.seed);
  checkQuestions(prepared, grouped.folds);
  const shared = {
    subsets,
    preset,
    features,
    settings,
    featuresKey: contentHash(
      features.queriesAre,
      features.promptsAre,
      ...[features.queries, features.prompts].map((matrix) =>
        matrix === null ? "" : viewBytes(matrix.values),
      ),
    ),
  };
  const plans: readonly ArmPlan[] = [
    { ...shared, name: "reference-paper", protocol: "paper", split: paper, published },
    { ...shared, name: "reference-grouped", protocol: "grouped", split: grouped, published: null },
    { ...shared, name: "default-grouped", protocol: "grouped", split: grouped, published: null },
  ];
  const arms: ReproductionArm[] = [];
  for (const plan of plans) arms.push(await reproductionArm(prepared, plan, options));
  const rows = logRows(prepared.log);
  const rowsOfPart = (part: number): number => rows.part.filter((other) => other === part).length;
  const result: TaskReproduction = {
    task,
    llm: prepared.log.llm,
    trainRows: rowsOfPart(PART_CODES.train),
    testRows: rowsOfPart(PART_CODES.test),
    arms,
    confidence: confidencePicks(prepared, paper.folds[0]!, published),
    selfCritic: selfCritic(prepared, paper.folds[0]!, published),
    findings: [],
  };
  return {
    ...result,
    findings: [
      ...findings(result, { preset, ownQueryFeatures: features.queries === null }),
      ...(options.notes ?? []),
    ],
  };
}

function chosenSubsets(count: number, sizes: readonly number[] | undefined): number[][] {
  if (count > MAX_PROMPTS)
    throw new UsageError(
      `the log has ${count} training prompts, which make 2^${count} - 1 models; at most ${MAX_PROMPTS} prompts can be swept`,
    );
  const subsets = subsetsBySize(count).filter(({ length }) => sizes === undefined || sizes.includes(length));
  if (subsets.length === 0)
    throw new UsageError(
      `no subset of the ${count} training prompts has a size among ${sizes?.join(", ")}; choose from 1 to ${count}`,
    );
  return subsets;
}

function viewBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
