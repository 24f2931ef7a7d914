import { dirname } from "node:path";
import { makeFolder, writeFileAtomic } from "../data/index.ts";
import { AbortedError, UsageError } from "../errors.ts";
import { subsetsCsv } from "../report/index.ts";
import { createRewardModel } from "../reward/index.ts";
import { evaluateStrategies } from "../select/index.ts";
import type { Protocol } from "../types/index.ts";
import { contentHash } from "../util/index.ts";
import { checkQuestions } from "./check-questions.ts";
import { evaluationInput, neighborFold } from "./evaluation-input.ts";
import { subsetResultsSchema } from "./evaluation-schemas.ts";
import { foldCheckpoint } from "./fold-checkpoint.ts";
import { foldOutcome, foldShape } from "./fold-outcome.ts";
import { headlineProtocol } from "./headline-protocol.ts";
import type { EvaluateOptions, SubsetResult, SubsetSweep } from "./pipeline-types.ts";
import { embedTrainingQuestions, type PolicySettings, resolveSettings } from "./policy.ts";
import { type PreparedLog, prepareLog } from "./prepared-log.ts";
import { protocolFolds } from "./protocol-folds.ts";
import { policyKey } from "./result-key.ts";
import { readStoredResult, writeStoredResult } from "./stored-result.ts";

/** 2^10 - 1 subsets: beyond ten training prompts a sweep is refused rather than started and never finished. */
const MAX_PROMPTS = 10;

/**
 * Evaluates every non-empty subset of the training prompts, as the reference's 63 settings, and writes one CSV row
 * a subset and strategy. Embeddings and factorizations are shared by the subsets of a fold; an interrupted sweep
 * goes on where it stopped, and a finished one is returned as it stands.
 * @throws UsageError with more than ten training prompts
 */
export async function sweepSubsets(directory: string, options: EvaluateOptions = {}): Promise<SubsetSweep> {
  const prepared = await prepareLog(directory, options);
  const settings = resolveSettings(options, prepared);
  const protocol = options.protocol ?? headlineProtocol(prepared);
  const count = prepared.trainingPrompts.length;
  if (count > MAX_PROMPTS)
    throw new UsageError(
      `--subsets all would fit 2^${count} - 1 models for ${count} training prompts; at most ${MAX_PROMPTS} prompts can be swept`,
    );
  const subsets = subsetsBySize(count);
  const key = await policyKey(prepared, settings, { sweep: "all", protocol });
  const file = sweepFile(prepared, protocol, settings);
  const checkpoint = foldCheckpoint(prepared.run, key, options.onWarning);
  if (options.force === true) await checkpoint.clear();
  else {
    const stored = await readStoredResult(`${file}.json`, key, subsetResultsSchema, options.onWarning);
    if (stored !== null) return summarize(protocol, stored, `${file}.csv`);
  }
  const { folds } = protocolFolds(prepared, protocol, settings.seed);
  checkQuestions(prepared, folds);
  const total = subsets.length * folds.length;
  const outcomes = subsets.map(() => [] as Awaited<ReturnType<typeof foldOutcome>>[]);
  for (const [foldIndex, fold] of folds.entries()) {
    const questions = await embedTrainingQuestions(prepared, fold.trainQueries, settings, options);
    const rewardModel = createRewardModel(settings.rewardModel);
    for (const [subsetIndex, subset] of subsets.entries()) {
      const done = foldIndex * subsets.length + subsetIndex;
      options.onProgress?.("subsets", done, total);
      if (options.signal?.aborted === true)
        throw new AbortedError(
          `Canceled after ${done} of ${total} fits; the same command goes on from there.`,
        );
      const neighbors =
        folds.length > 1 ? folds[neighborFold(foldIndex, folds.length)]!.test.queryIndex : undefined;
      const question = { fold, subset, neighbors };
      let outcome = await checkpoint.load(done, foldShape(prepared, question));
      if (outcome === null) {
        outcome = await foldOutcome(
          prepared,
          question,
          questions,
          settings,
          options.signal === undefined ? {} : { signal: options.signal },
          rewardModel,
        );
        await checkpoint.save(done, outcome);
      }
      outcomes[subsetIndex]!.push(outcome);
    }
  }
  options.onProgress?.("subsets", total, total);
  const results = subsets.map(
    (subset, index): SubsetResult => ({
      size: subset.length,
      promptIds: subset.map((column) => prepared.log.prompts[prepared.trainingPrompts[column]!]!.id),
      strategies: evaluateStrategies(
        evaluationInput(prepared, folds, outcomes[index]!, subset, protocol, settings.seed),
      ),
    }),
  );
  await makeFolder(dirname(file));
  await writeFileAtomic(`${file}.csv`, subsetsCsv(results));
  await writeStoredResult(`${file}.json`, key, results);
  await checkpoint.clear();
  return summarize(protocol, results, `${file}.csv`);
}

/** Where the sweep of one protocol and settings is kept, without an ending. */
function sweepFile(prepared: PreparedLog, protocol: Protocol, settings: PolicySettings): string {
  const { rewardModel, embedder, promptEmbedder, gate, seed } = settings;
  const distinguishing = contentHash(embedder, promptEmbedder, prepared.log.llm, prepared.groupedBy).slice(
    0,
    8,
  );
  return prepared.run.file(
    `results/subsets-${protocol}-${rewardModel}-${gate}-seed-${seed}-${distinguishing}`,
  );
}

function summarize(protocol: Protocol, subsets: readonly SubsetResult[], file: string): SubsetSweep {
  return { protocol, subsets, meansBySize: meansBySize(subsets), file };
}

/** Every non-empty subset of 0 … count - 1, smaller ones first. */
export function subsetsBySize(count: number): number[][] {
  const subsets = Array.from({ length: 2 ** count - 1 }, (_, index) =>
    Array.from({ length: count }, (_unused, column) => column).filter(
      (column) => ((index + 1) >> column) & 1,
    ),
  );
  return subsets.sort((one, other) => one.length - other.length);
}

function meansBySize(results: readonly SubsetResult[]): SubsetSweep["meansBySize"] {
  const sizes = [...new Set(results.map(({ size }) => size))];
  return sizes.map((size) => {
    const ofSize = results.filter((result) => result.size === size);
    const names = ofSize[0]!.strategies.map(({ name }) => name);
    const success = Object.fromEntries(
      names.map((name) => {
        const values = ofSize.map(({ strategies }) => strategies.find((one) => one.name === name)!.success);
        const known = values.filter((value) => value !== null);
        return [
          name,
          known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
        ];
      }),
    );
    return { size, subsets: ofSize.length, success };
  });
}
