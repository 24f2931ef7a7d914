import { ExistsError } from "../errors.ts";
import type { WorkOptions } from "../types/index.ts";
import { trainingCosts } from "./candidate-costs.ts";
import { checkQuestions } from "./check-questions.ts";
import { writeChooser } from "./chooser-files.ts";
import { type ChooserManifest, chooserDirectory, readChooserManifest } from "./chooser-manifest.ts";
import { labeledQueries, questionFold } from "./evaluation-fold.ts";
import type { ModelOptions, TrainingSummary } from "./pipeline-types.ts";
import {
  embedTrainingQuestions,
  fitPolicy,
  type Policy,
  type PolicySettings,
  resolveSettings,
} from "./policy.ts";
import { type LearnableLog, type PreparedLog, prepareLog } from "./prepared-log.ts";
import { policyKey } from "./result-key.ts";

/**
 * Fits on all labels of the log and stores the chooser, with its out-of-fold gate, in `models/chooser`. A chooser
 * already trained from the same log and settings is kept.
 * @throws ExistsError where another chooser stands there and `force` is not set
 */
export async function trainRun(
  directory: string,
  options: ModelOptions & { readonly force?: boolean } = {},
): Promise<TrainingSummary> {
  return trainIfStale(directory, options, (existing, folder) => {
    throw new ExistsError(
      `${folder} holds a chooser trained with other settings or on another log ` +
        `(${describeChooser(existing)}); replace it with --force`,
    );
  });
}

/** "kernel-ridge on form-tf, balanced gate, grouped by text, seed 7, trained 2026-11-25T…". */
export function describeChooser({ settings, trainedAt }: ChooserManifest): string {
  const { rewardModel, embedder, gate, groupBy, seed } = settings;
  return `${rewardModel} on ${embedder}, ${gate} gate, grouped by ${groupBy}, seed ${seed}, trained ${trainedAt}`;
}

/**
 * As `trainRun`, without its refusal.
 * @param onOther told of a chooser of another log or other settings before it is replaced; throws to keep it
 */
export async function trainIfStale(
  directory: string,
  options: ModelOptions & { readonly force?: boolean },
  onOther: (existing: ChooserManifest, folder: string) => void,
): Promise<TrainingSummary> {
  const started = performance.now();
  const prepared = await prepareLog(directory, options);
  const settings = resolveSettings(options, prepared);
  const key = await trainingKey(prepared, settings);
  const folder = chooserDirectory(prepared.run);
  const summarize = (
    about: Pick<TrainingSummary, "questions" | "prompts" | "fixedPromptId" | "gate" | "hyperparameters">,
  ): TrainingSummary => ({
    llm: prepared.log.llm,
    rewardModel: settings.rewardModel,
    embedder: settings.embedder,
    ...about,
    directory: folder,
    seconds: (performance.now() - started) / 1000,
  });
  if (options.force !== true) {
    const existing = await readChooserManifest(prepared.run);
    if (existing?.key === key)
      return summarize({
        questions: existing.questions,
        prompts: existing.prompts.length,
        fixedPromptId: existing.prompts[existing.fixedColumn]!.id,
        gate: existing.gate,
        hyperparameters: existing.hyperparameters,
      });
    if (existing !== null) onOther(existing, folder);
  }
  const { policy, questions } = await fitOnEverything(prepared, settings, options);
  await writeChooser(prepared.run, policy, { key, llm: prepared.log.llm, questions });
  return summarize({
    questions,
    prompts: policy.prompts.length,
    fixedPromptId: policy.prompts[policy.fixedColumn]!.id,
    gate: policy.gate,
    hyperparameters: policy.hyperparameters,
  });
}

/** Hash of the log and the settings a chooser is trained from. */
export function trainingKey(prepared: PreparedLog, settings: PolicySettings): Promise<string> {
  return policyKey(prepared, settings, { stage: "train" });
}

/** Fits on all answers of a log. */
export async function fitOnEverything(
  prepared: LearnableLog,
  settings: PolicySettings,
  options: WorkOptions,
): Promise<{ policy: Policy; questions: number }> {
  checkQuestions(prepared);
  const queries = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
  const fold = questionFold(prepared, queries, new Int32Array(0));
  const policy = await fitPolicy(
    {
      questions: await embedTrainingQuestions(prepared, queries, settings, options),
      rewards: fold.trainRewards,
      groups: queries.map((query) => prepared.groups[query]!),
      prompts: Array.from(prepared.trainingPrompts, (prompt) => prepared.log.prompts[prompt]!),
      costs: trainingCosts(prepared, queries, [...prepared.trainingPrompts.keys()], settings.costs),
      promptEmbedding: prepared.promptEmbedding,
    },
    settings,
    options,
  );
  return { policy, questions: queries.length };
}
